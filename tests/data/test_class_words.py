"""Names of classes in Chinese: one for each, and only for the data sets that are known."""

import re
import unicodedata

import pytest

from explorer.data import class_names, class_words
from explorer.data.cards import CARDS

TRANSLATED = {name: card.classes for name, card in CARDS.items() if any(len(word) > 3 for word in card.classes)}


@pytest.mark.parametrize("name", sorted(TRANSLATED))
def test_each_class_has_a_name_of_its_own(name: str) -> None:
    told = class_words.chinese(TRANSLATED[name])
    assert len(told) == len(TRANSLATED[name])
    assert len(set(told)) == len(told)
    assert all(re.search(r"[\u4e00-\u9fff]", word) for word in told)


def test_digits_letters_and_folders_keep_their_names() -> None:
    for names in (class_names.DIGITS, class_names.LETTERS, ("cat", "dog"), ()):
        assert class_words.chinese(names) == names
        assert class_words.english(names, has_kana=True) == names


def test_kuzushiji_are_japanese_characters() -> None:
    kana = class_words.chinese(class_names.KUZUSHIJI)
    assert all("HIRAGANA" in unicodedata.name(character) for character in kana)
    assert kana[1] == "\u304d"
    assert class_words.english(class_names.KUZUSHIJI, has_kana=True)[1] == "\u304d ki"
    assert class_words.english(class_names.KUZUSHIJI, has_kana=False) == class_names.KUZUSHIJI
    assert class_words.chinese_of({1: "ki"}) == {1: "\u304d"}


def test_some_classes_are_found_by_number() -> None:
    """As of five predictions; those of another data set, such as ImageNet's 1,000, stay as they are."""
    known = {3: "cat", 5: "dog", 0: "airplane"}
    told = class_words.chinese_of(known)
    names = class_words.chinese(class_names.CIFAR10)
    assert told == {3: names[3], 5: names[5], 0: names[0]}
    other = {281: "tabby", 3: "tiger shark"}
    assert class_words.chinese_of(other) == other
    assert class_words.chinese_of({}) == {}
