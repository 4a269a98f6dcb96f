"""Owns an index of phrases: what is written to its folder, and the few that a query may mean.

A phrase is a name of something (its owner), which also has a context: words that belong to it without being
in the name. Phrase ``n`` is document ``n`` of the one segment of a tantivy index and entry ``n`` of the arrays
beside it, so a search never has to fetch documents.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from app.codebook.finder.arrays import open_array
from app.codebook.finder.keys import Lists
from app.codebook.finder.weighing import name_weights
from app.codebook.finder.words import Words
from app.domain.errors import SetupError

_HEAP_BYTES = 128_000_000
_FIELDS = {"name": 3.0, "context": 1.0}
#: How much a word counts that isn't in the name itself: that of a side or 7th character, near, far.
CONTEXT_WEIGHTS = np.array([0.95, 0.77, 0.55], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One name: its levelled words and the number of its owner."""

    words: tuple[str, ...]
    owner: int


@dataclass(frozen=True, slots=True)
class Context:
    """Words that belong to an owner: of its sides and 7th characters, near it, far above it."""

    choices: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()


def write_phrases(
    folder: Path, phrases: Sequence[Phrase], contexts: Sequence[Context], marks: Sequence[str] | None = None
) -> None:
    """Index phrases with the contexts of their owners into a folder that is there.

    ``marks`` holds for each owner words by blanks that a search can be limited to.
    """
    counted: Counter[str] = Counter()
    by_owner: dict[int, set[str]] = {}
    for phrase in phrases:
        by_owner.setdefault(phrase.owner, set()).update(phrase.words)
    for owner, context in enumerate(contexts):
        counted.update(by_owner.get(owner, set()) | context.near | context.choices)
        counted.update(dict.fromkeys(context.far, 0))
    words = Words(counted, len(contexts))
    words.write(folder / "words.npz")
    _write_lists(folder, "names", ([words.number(word) for word in phrase.words] for phrase in phrases))
    _write_contexts(folder, words, contexts)
    np.save(folder / "owners.npy", np.array([phrase.owner for phrase in phrases], dtype=np.uint32))
    _write_tantivy(folder, phrases, contexts, marks or [""] * len(contexts))


class Phrases:
    """The open index; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def candidates(
        self, slots: Sequence[Sequence[str]], most: int, *, all_of: bool, marks: Sequence[str] = ()
    ) -> NDArray[np.intp]:
        """Return phrases with a word of every slot in name or context (or of any slot, in the name), best first.

        Only those whose owner has all of the marks.
        """
        occur = tantivy.Occur.Must if all_of else tantivy.Occur.Should
        fields = tuple(_FIELDS) if all_of else ("name",)
        parts = [(occur, self._slot(slot, fields)) for slot in slots if slot]
        if not parts:
            return np.empty(0, dtype=np.intp)
        query = tantivy.Query.boolean_query(parts)
        if marks:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in (query, *map(self._mark, marks))])
        hits = self._searcher.search(query, most, count=False).hits
        return np.array([address.doc for _, address in hits], dtype=np.intp)

    def _slot(self, words: Sequence[str], fields: Sequence[str]) -> tantivy.Query:
        options = [self._word(word, field) for field in fields for word in words]
        return options[0] if len(options) == 1 else tantivy.Query.disjunction_max_query(options)

    def _mark(self, mark: str) -> tantivy.Query:
        term = tantivy.Query.term_query(self._schema, "marks", mark, index_option="basic")
        return tantivy.Query.boost_query(term, 0.0)

    def _word(self, word: str, field: str) -> tantivy.Query:
        term = tantivy.Query.term_query(self._schema, field, word, index_option="basic")
        return tantivy.Query.boost_query(term, _FIELDS[field])

    @cached_property
    def words(self) -> Words:
        return Words.read(self._folder / "words.npz")

    @cached_property
    def names(self) -> Lists:
        return self._lists("names")

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        return name_weights(self.words)

    @cached_property
    def masses(self) -> NDArray[np.float32]:
        return self.names.sums(self.weights)

    @cached_property
    def contexts(self) -> Lists:
        return self._lists("contexts")

    @cached_property
    def context_kinds(self) -> NDArray[np.uint8]:
        return self._array("context_kinds")

    @cached_property
    def owners(self) -> NDArray[np.uint32]:
        return self._array("owners")

    def _lists(self, name: str) -> Lists:
        return Lists(self._array(f"{name}_at"), self._array(name))

    def _array(self, name: str) -> NDArray[Any]:
        return open_array(self._folder / f"{name}.npy")

    @cached_property
    def _schema(self) -> tantivy.Schema:
        return _schema()

    @cached_property
    def _searcher(self) -> tantivy.Searcher:
        return tantivy.Index.open(str(self._folder)).searcher()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in (*_FIELDS, "marks"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _write_tantivy(folder: Path, phrases: Iterable[Phrase], contexts: Sequence[Context], marks: Sequence[str]) -> None:
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    texts = [" ".join(sorted(context.choices | context.near)) for context in contexts]
    for phrase in phrases:
        writer.add_document(
            tantivy.Document(name=[" ".join(phrase.words)], context=[texts[phrase.owner]], marks=[marks[phrase.owner]])
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    if phrases and index.searcher().num_segments != 1:
        raise SetupError("The search index came out in parts: free some memory and start again.")


def _write_contexts(folder: Path, words: Words, contexts: Sequence[Context]) -> None:
    lists, kinds = [], []
    for context in contexts:
        sets = (context.choices, context.near - context.choices, context.far - context.near - context.choices)
        listed = [(words.number(word), kind) for kind, some in enumerate(sets) for word in sorted(some)]
        lists.append([number for number, _ in listed])
        kinds += [kind for _, kind in listed]
    _write_lists(folder, "contexts", lists)
    np.save(folder / "context_kinds.npy", np.array(kinds, dtype=np.uint8))


def _write_lists(folder: Path, name: str, lists: Iterable[Sequence[int]]) -> None:
    made = Lists.of(lists)
    np.save(folder / f"{name}_at.npy", made.at)
    np.save(folder / f"{name}.npy", made.values)
