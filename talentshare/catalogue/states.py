"""Rules about words of the catalogue that need no database."""

CORPORATE_DIGITS = 13
CHECK_MODULUS = 9


def is_corporate_number(text: str) -> bool:
    """Tell whether these are the 13 digits of a 法人番号 whose first one checks the others."""
    if len(text) != CORPORATE_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(text[1:])))
    return int(text[0]) == CHECK_MODULUS - total % CHECK_MODULUS
