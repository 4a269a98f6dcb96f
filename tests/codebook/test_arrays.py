"""Opening stored arrays from several threads: one head at a time."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.codebook.finder.arrays import open_array, read_arrays


def test_arrays_come_back_as_they_were_stored(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.array([3, 1, 2], dtype=np.uint16))
    np.savez(tmp_path / "some.npz", a=np.array([1]), b=np.array([2, 3]))
    assert open_array(tmp_path / "one.npy").tolist() == [3, 1, 2]
    assert {name: found.tolist() for name, found in read_arrays(tmp_path / "some.npz").items()} == {
        "a": [1],
        "b": [2, 3],
    }


def test_threads_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "one.npy", np.array([1]))
    load, reading, most = np.load, [0], [0]

    def slowly(*given: Any, **named: Any) -> Any:
        reading[0] += 1
        most[0] = max(most[0], reading[0])
        time.sleep(0.01)
        reading[0] -= 1
        return load(*given, **named)

    monkeypatch.setattr(np, "load", slowly)
    threads = [threading.Thread(target=open_array, args=(tmp_path / "one.npy",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
