from recsys.published.hashtags import hashtags_of


def test_hashtags_are_small_letters_without_signs_each_once_and_in_order():
    tags, changed = hashtags_of([["#Fyp", " viral", "fyp", ""], []])

    assert tags.to_pylist() == [["fyp", "viral"], []]
    assert changed == 1


def test_two_ways_to_write_one_letter_are_one():
    tags, _ = hashtags_of([["huo\u031bng"], ["hu\u01a1ng"]])

    assert tags[0] == tags[1]


def test_spaces_and_signs_alone_are_no_change():
    assert hashtags_of([["#fyp", " viral"]])[1] == 0
