"""The edit tables beside the books: pairs of codes (PTP), most units (MUE), the fee schedule."""
