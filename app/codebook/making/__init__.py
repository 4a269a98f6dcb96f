"""Making books: compiling the embedded ones, importing official files, shelving all of them or none."""
