# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in the memory of another process, and the shapes that a secret can take there."""
import base64
import os
import re
import subprocess

REGION = re.compile(r'^([0-9a-f]+)-([0-9a-f]+) (r\S{3}) \S+ \S+ \S+ *(.*)\n'
                    r'(?:[A-Z].*\n)*?Anonymous: +(\d+) kB\n(?:[A-Z].*\n)*?VmFlags: (.*)$', re.M)
CHUNK = 1 << 24
SLICE = 1 << 16
ZEROS = bytes(SLICE)
PIECE = 24


def regions(pid):
    """(start, end, name, flags) of all that could hold a byte that the process wrote: a page that
    cannot be written to and is still the file's own cannot."""
    with open(f'/proc/{pid}/smaps', encoding='utf-8', errors='replace') as file:
        for start, end, mode, name, anonymous, flags in REGION.findall(file.read()):
            if (mode[1] == 'w' or anonymous != '0') and name not in ('[vvar]', '[vsyscall]'):
                yield int(start, 16), int(end, 16), name or 'anonymous', flags


def spans(block, length):
    """(start, end) of what is not empty: most of the stacks of threads is."""
    begin = None
    for start in range(0, length + SLICE, SLICE):
        empty = start >= length or block[start:start + SLICE] == ZEROS
        if not empty and begin is None:
            begin = start
        elif empty and begin is not None:
            yield begin, start
            begin = None


def search(pid, needles):
    """Lines about every one of needles ({what it is: bytes}) that is in the memory of pid."""
    overlap = max(len(needle) for needle in needles.values()) - 1
    block = bytearray(CHUNK + overlap)
    hits = []
    with open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for start, end, name, flags in regions(pid):
            for offset in range(start, end, CHUNK):
                try:
                    length = os.preadv(memory.fileno(), [memoryview(block)[:end - offset]], offset)
                except OSError:  # unmapped since the list was made
                    continue
                for begin, stop in spans(block, length):
                    first, last = max(0, begin - overlap), min(length, stop + overlap)
                    for what, needle in needles.items():
                        at = block.find(needle, first, last)
                        if at >= 0:
                            around = bytes(block[max(0, at - 48):at + len(needle) + 48])
                            hits.append(f'{what} in {pid} at {offset + at:x}, {name} '
                                        f'{start:x}-{end:x} {flags}: {around!r}')
    return hits


def text_needles(name, text):
    """A text in the encodings in which programs hold one, as a whole and by halves: a buffer that
    grew leaves its beginning behind."""
    half = len(text) // 2
    found = {}
    for part, piece in (('', text), ('first half of ', text[:half]), ('rest of ', text[half:])):
        for encoding in ('utf-8', 'utf-16-le', 'utf-32-le'):
            found[f'{part}{name} as {encoding}'] = piece.encode(encoding)
    # Where it begins within three bytes decides how it looks; only whole characters are its own.
    for before in range(3):
        coded = base64.b64encode(b'\0' * before + text.encode())
        own = slice(4 if before else 0, (before + len(text)) // 3 * 4)
        found[f'{name} as base64 + {before}'] = coded[own]
    return found


def key_text_needles(name, text):
    """The text of a private key: each piece of each line, so that no part of it passes."""
    found = {}
    for number, line in enumerate(text.splitlines()):
        if line.startswith('-----') or ':' in line:
            continue
        for offset in range(0, len(line) - PIECE + 1, PIECE):
            found[f'{name}, line {number + 1} + {offset}'] = line[offset:offset + PIECE].encode()
    return found


def number_needles(name, raw):
    """A secret number as the wire has it and as OpenSSL calculates with it (the other way round),
    by its beginning and its end."""
    return {f'{part} of {name}{order}': piece
            for order, whole in (('', raw), (' reversed', raw[::-1]))
            for part, piece in (('begin', whole[:PIECE]), ('end', whole[-PIECE:]))}


def openssl(*args):
    return subprocess.run(['openssl', *args], check=True, capture_output=True).stdout


def rsa_needles(name, path):
    """The secret numbers of an unencrypted RSA key in PEM (RFC 8017, A.1.2): d, p, q, and what is
    derived from them."""
    der = openssl('rsa', '-in', path, '-outform', 'DER', '-traditional')
    numbers, at = [], 4
    while at < len(der):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7f
            length, at = int.from_bytes(der[at:at + size], 'big'), at + size
        numbers.append(der[at:at + length].lstrip(b'\0'))
        at += length
    found = {}
    for label, raw in zip(('d', 'p', 'q', 'dp', 'dq', 'qinv'), numbers[3:]):
        found.update(number_needles(f'{name} {label}', raw))
    return found


def ed25519_needles(name, path):
    """The seed of an unencrypted Ed25519 key in OpenSSH's own format (PROTOCOL.key): it follows
    the second of the two public halves in the private part."""
    with open(path, encoding='ascii') as file:
        blob = base64.b64decode(''.join(file.read().splitlines()[1:-1]))
    public = blob.index(b'ssh-ed25519') + 15
    half = blob[public:public + 32]
    second = blob.index(half, public + 32)
    return number_needles(f'{name} seed', blob[second + 36:second + 68])
