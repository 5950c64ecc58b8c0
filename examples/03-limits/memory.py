"""Takes memory, and uses it, until there is no more."""
blocks = []
while True:
    blocks.append(bytearray(b"x") * 1_000_000)
