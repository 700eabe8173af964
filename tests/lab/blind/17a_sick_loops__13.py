# mistake: loop D: the loss gets larger and larger, which is taken for an overflow
# mistake: loop B: dead units, since nothing changes
# known mistake: loop D: not finite
# known mistake: loop B: another illness


def illness(loop):
    table = [
        ("A", "zero gradient"),
        ("B", "dead units"),
        ("C", "equal units"),
        ("D", "not finite"),
        ("E", "learning rate"),
    ]
    for letter, rule in table:
        if letter == loop:
            return rule
