"""Labels of the ICD-10-PCS axes are derived from titles: what is sure is right, what isn't says so."""

import pytest

from app.codebook.sources.pcs_labels import TableLabels
from app.codebook.sources.pcs_names import PcsNames, read_names
from app.codebook.sources.pcs_values import Value, derive_values
from app.codebook.sources.pcs_words import find_words, grown, join_words, shared_ends, split_words, unowned
from app.config import bundled


@pytest.fixture(scope="module")
def names() -> PcsNames:
    return read_names(bundled("codesets"))


def _labels(titles: dict[str, str], names: PcsNames, axis: int) -> dict[str, tuple[str, bool]]:
    """Return character → label and whether it is only words of titles, of one axis (4 to 7)."""
    values = derive_values(titles, names).values()
    return {code[axis - 4].char: (code[axis - 4].label, code[axis - 4].is_fragment) for code in values}


KIDNEYS = {
    "0TT00ZZ": "Resection of Right Kidney, Open Approach",
    "0TT04ZZ": "Resection of Right Kidney, Percutaneous Endoscopic Approach",
    "0TT10ZZ": "Resection of Left Kidney, Open Approach",
    "0TT14ZZ": "Resection of Left Kidney, Percutaneous Endoscopic Approach",
}


def test_what_differs_is_the_label_with_the_words_beside_it(names: PcsNames) -> None:
    assert _labels(KIDNEYS, names, 4) == {"0": ("Right Kidney", False), "1": ("Left Kidney", False)}
    assert _labels(KIDNEYS, names, 5) == {"0": ("Open", False), "4": ("Percutaneous Endoscopic", False)}
    assert _labels(KIDNEYS, names, 6) == {"Z": ("No Device", False)}
    assert _labels(KIDNEYS, names, 7) == {"Z": ("No Qualifier", False)}


def test_the_only_value_without_a_label_gets_the_words_left_over(names: PcsNames) -> None:
    titles = {
        "0DHP01Z": "Insertion of Radioactive Element into Rectum, Open Approach",
        "0DHP03Z": "Insertion of Infusion Device into Rectum, Open Approach",
    }
    assert _labels(titles, names, 4) == {"P": ("Rectum", False)}
    assert _labels(titles, names, 6) == {"1": ("Radioactive Element", False), "3": ("Infusion Device", False)}


def test_a_value_that_means_two_things_is_told_apart_by_its_neighbour(names: PcsNames) -> None:
    titles = {
        "XW03321": "Introduction of Ceftazidime into Peripheral Vein, Percutaneous Approach, New Technology Group 1",
        "XW04321": "Introduction of Ceftazidime into Central Vein, Percutaneous Approach, New Technology Group 1",
        "XW03331": "Introduction of Idarucizumab into Peripheral Vein, Percutaneous Approach, New Technology Group 1",
        "XW03329": "Introduction of Talquetamab into Peripheral Vein, Percutaneous Approach, New Technology Group 9",
        "XW03339": "Introduction of Posoleucel into Peripheral Vein, Percutaneous Approach, New Technology Group 9",
    }
    values = derive_values(titles, names)
    assert values["XW03321"][2] == Value("2", "Ceftazidime")
    assert values["XW03329"][2] == Value("2", "Talquetamab")
    assert values["XW03329"][3] == Value("9", "New Technology Group 9")
    assert values["XW04321"][0] == Value("4", "Central Vein")


def test_words_that_two_values_share_out_are_shown_as_they_stand(names: PcsNames) -> None:
    """One code: what of its words is the device and what the body part, no other title says."""
    values = derive_values({"X0H03K8": "Insertion of Lead into Ganglion, Percutaneous Approach"}, names)["X0H03K8"]
    assert values[0] == Value("0", "Lead into Ganglion", is_fragment=True)
    assert values[2] == Value("K", "Lead into Ganglion", is_fragment=True)


def test_other_tables_of_the_body_system_tell_them_apart(names: PcsNames) -> None:
    titles = {
        "0W4M070": "Creation of Vagina in Male Perineum with Autologous Tissue Substitute, Open Approach",
        "0W4M0J0": "Creation of Vagina in Male Perineum with Synthetic Substitute, Open Approach",
        "0WJM0ZZ": "Inspection of Male Perineum, Open Approach",
        "0WJN0ZZ": "Inspection of Female Perineum, Open Approach",
    }
    values = derive_values(titles, names)["0W4M070"]
    assert (values[0].label, values[3].label) == ("Male Perineum", "Vagina")
    alone = derive_values({code: title for code, title in titles.items() if code.startswith("0W4")}, names)["0W4M070"]
    assert (alone[0].is_fragment, alone[3].is_fragment) == (True, True)


def test_a_value_that_no_title_names_says_so(names: PcsNames) -> None:
    titles = {
        "6A550Z0": "Pheresis of Erythrocytes, Single",
        "6A550Z1": "Pheresis of Leukocytes, Single",
        "6A551Z0": "Pheresis of Erythrocytes, Multiple",
        "6A551Z1": "Pheresis of Leukocytes, Multiple",
    }
    assert _labels(titles, names, 4) == {"5": ("", True)}
    assert _labels(titles, names, 5) == {"0": ("Single", False), "1": ("Multiple", False)}


def test_titles_of_another_wording_never_break_it(names: PcsNames) -> None:
    titles = {"0TT00ZZ": "x", "0TT10ZZ": ", , ,", "0TT20ZZ": "of of", "ZZZ00ZZ": "Something, else", "ZZZ10ZZ": ""}
    assert set(derive_values(titles, names)) == set(titles)


def test_the_words_of_a_title() -> None:
    words = split_words("Excision of Skin, Multiple")
    assert words == ("Excision", "of", "Skin", ",", "Multiple")
    assert join_words(words) == "Excision of Skin, Multiple"
    assert find_words(words, ("Skin", ",")) == 2
    assert find_words(words, ("Skin", "Multiple")) == -1
    assert find_words(words, ()) == 0


def test_what_titles_share_at_both_ends() -> None:
    titles = [("a", "b", "x", "z"), ("a", "b", "y", "y", "z")]
    assert shared_ends(titles) == (2, 1)
    assert shared_ends([("a", "a"), ("a", "a", "a")]) == (2, 0)


def test_a_label_grows_up_to_a_small_word_and_never_into_another() -> None:
    title = ("of", "Right", "Upper", "Lobe", "Bronchus")
    assert grown(title, [None, 0, None, None, None], 0) == ("Right", "Upper", "Lobe", "Bronchus")
    assert grown(title, [None, 0, None, None, 2], 0) == ("Right",)
    assert unowned(title, [None, 0, None, None, 2]) == [("Upper", "Lobe")]


def test_a_table_of_one_code_has_no_sure_label() -> None:
    labels = TableLabels({"0000": ("Lead", "into", "Brain")}, (0, 2))
    assert labels.sure() == {}
    assert set(labels.fragments()) == {(0, "0", None), (2, "0", None)}
