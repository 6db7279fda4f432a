"""Which part of a picture a network sees. No torch."""


def middle(have: tuple[int, int], want: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, left, height and width of the largest part in the middle with the proportions of `want` (height, width).

    Of a picture of `have` (height, width); whole where the proportions differ by under a pixel.
    """
    (have_height, have_width), (height, width) = have, want
    rows = min(have_height, max(1, round(have_width * height / width)))
    columns = min(have_width, max(1, round(have_height * width / height)))
    return (have_height - rows) // 2, (have_width - columns) // 2, rows, columns
