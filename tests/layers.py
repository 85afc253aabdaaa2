#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that no compiler checks: who may include whom, licence lines, calls that
are not used, and files that translators have to see. Prints TAP.

Every check is first given a sample that breaks its rule, so that a check that has gone blind shows.
"""

import pathlib
import re
import sys

# Arrows run one way: the folders of src whose headers a folder may include, besides its own.
LAYERS = {
    'base': set(),
    'inventory': {'base'},
    'cloud': {'base', 'inventory'},
    'secrets': {'base'},
    'session': {'base', 'inventory', 'cloud', 'secrets'},
    'engine': {'base'},
    'ui': {'base', 'inventory', 'cloud', 'secrets', 'session'},
}

# Libraries, by the beginning of what is included, and where alone they may be.
LIBRARIES = {
    r'(gtk|gdk|gsk|vte|pango)/|adwaita\.h': ('src/ui', 'tests/ui', 'tests/e2e'),
    r'libssh/': ('src/engine', 'tests/faulty'),
    r'libsecret/': ('src/secrets',),
    r'libsoup/': ('src/cloud', 'tests/cloud'),
    r'pthread\.h': (),
}

FORBIDDEN = ['strcpy', 'strcat', 'sprintf', 'vsprintf', 'gets', 'system', 'tmpnam', 'mktemp']
FORBIDDEN_IN_SRC = FORBIDDEN + ['g_print', 'g_printerr']

# Kinds of files that carry a licence line, besides scripts; the rest is input of tests or a list.
LICENSED = {'.c', '.h', '.ui', '.py', '.xml', '.build', '.sh', '.css', '.svg', '.in'}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
COMMENT = re.compile(r'/\*.*?\*/', re.S)
TRANSLATED_C = re.compile(r'\b(?:_|N_|C_|NC_|gettext|ngettext|g_dngettext|dgettext|dpgettext)'
                          r' ?\([^)]*?"')
TRANSLATED_UI = re.compile(r'translatable="(?:yes|true|1)"')


def folder_of(path):
    """'src/base/gw-text.c' -> 'src/base'."""
    return '/'.join(path.split('/')[:2])


def check_layers(path, text, headers):
    """headers: name of each header below src -> its folder there."""
    if not path.startswith('src/') or not path.endswith(('.c', '.h')):
        return
    layer = path.split('/')[1]
    if layer not in LAYERS:
        yield f'{path}: the folder is not in the table of layers'
        return
    for name in INCLUDE.findall(text):
        owner = headers.get(name.rsplit('/', 1)[-1])
        if owner is not None and owner != layer and owner not in LAYERS[layer]:
            yield f'{path}: includes {name} of {owner}'


def check_libraries(path, text, headers):
    if not path.endswith(('.c', '.h')):
        return
    for name in INCLUDE.findall(text):
        for pattern, places in LIBRARIES.items():
            if re.match(pattern, name) and folder_of(path) not in places:
                yield f'{path}: includes {name}'


def check_licence(path, text, headers):
    if (pathlib.PurePath(path).suffix in LICENSED or text.startswith('#!')) and \
            'SPDX-License-Identifier: ' not in '\n'.join(text.split('\n', 5)[:5]):
        yield f'{path}: no SPDX line'


def check_calls(path, text, headers):
    if not path.endswith(('.c', '.h')):
        return
    names = FORBIDDEN_IN_SRC if path.startswith('src/') else FORBIDDEN
    code = COMMENT_OR_STRING.sub('', text)
    for call in re.findall(r'\b(' + '|'.join(names) + r')\s*\(', code):
        # Where a program tells whoever called it wrongly.
        if call == 'g_printerr' and path.endswith('/main.c'):
            continue
        yield f'{path}: calls {call}()'


def is_translated(path, text):
    if path.endswith(('.c', '.h')):
        return TRANSLATED_C.search(COMMENT.sub('', text)) is not None
    return path.endswith('.ui') and TRANSLATED_UI.search(text) is not None


def check_translated(path, text, listed):
    if path.startswith('src/') and path not in listed and is_translated(path, text):
        yield f'{path}: has text to translate, but is not in po/POTFILES.in'


def read_tree(root):
    files = {}
    for top in ('src', 'data', 'po', 'tests'):
        for path in sorted((root / top).rglob('*')):
            name = path.relative_to(root).as_posix()
            if path.is_file() and '/.' not in name and '__pycache__' not in name:
                files[name] = path.read_text(encoding='utf-8', errors='replace')
    files['meson.build'] = (root / 'meson.build').read_text(encoding='utf-8')
    return files


def read_potfiles(files):
    lines = files.get('po/POTFILES.in')
    if lines is None:
        return None
    return {line.strip() for line in lines.splitlines() if line.strip() and line[0] != '#'}


HEADERS = {'gw-ui.h': 'ui', 'gw-base.h': 'base'}

# Check, what it needs besides the file, and samples: path, text, whether it is a fault.
SAMPLES = {
    check_layers: [
        ('src/base/a.c', '#include "gw-ui.h"\n', True),
        ('src/engine/a.c', '# include <gw-ui.h>\n', True),
        ('src/ui/a.c', '#include "gw-base.h"\n', False),
        ('src/new/a.c', '', True),
    ],
    check_libraries: [
        ('src/session/a.h', '#include <gtk/gtk.h>\n', True),
        ('src/session/a.c', '#include <adwaita.h>\n', True),
        ('src/ui/a.c', '#include <libssh/libssh.h>\n', True),
        ('src/engine/a.c', '#include <libssh/libssh.h>\n', False),
        ('tests/base/a.c', '#include <libssh/server.h>\n', True),
    ],
    check_licence: [
        ('src/base/a.c', 'int a;\n', True),
        ('tests/a', '#!/bin/sh\n', True),
        ('src/ui/a.ui', '<!-- SPDX-License-Identifier: X -->\n', False),
    ],
    check_calls: [
        ('src/base/a.c', 'g_print ("x");', True),
        ('src/base/a.c', 'g_printerr ("x");', True),
        ('src/base/a.c', '/* system (x) */ "strcpy (" g_snprintf (b);', False),
        ('tests/base/a.c', 'strcpy (a, b);', True),
    ],
    check_translated: [
        ('src/base/a.c', 'f (_("Text"));', True),
        ('src/ui/a.ui', '<p translatable="yes">x</p>', True),
        ('src/base/a.c', 'f ("Text"); /* _("x") */', False),
    ],
}


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    root = root if root.is_dir() else root.parent.parent
    files = read_tree(root)
    headers = {name.rsplit('/', 1)[1]: name.split('/')[1] for name in files
               if name.startswith('src/') and name.endswith('.h')}
    potfiles = read_potfiles(files)
    failed = False

    print(f'1..{2 * len(SAMPLES) + 1}')
    number = 0

    def report(name, faults, skip=''):
        nonlocal number, failed
        number += 1
        failed = failed or bool(faults)
        for fault in faults:
            print(f'# {fault}')
        print(f'{"not ok" if faults else "ok"} {number} - {name}{skip}')

    for check, samples in SAMPLES.items():
        name = check.__name__.removeprefix('check_')
        extra = set() if check is check_translated else HEADERS
        report(f'{name}: sees a fault',
               [f'sample {path}: {text!r}' for path, text, is_fault in samples
                if bool(list(check(path, text, extra))) != is_fault])
        if check is check_translated and potfiles is None:
            report(name, [], ' # SKIP there is no po/POTFILES.in yet')
            continue
        extra = potfiles if check is check_translated else headers
        report(name, [fault for path, text in files.items() for fault in check(path, text, extra)])

    report('POTFILES.in names only files that exist',
           sorted(path for path in potfiles or () if path not in files))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
