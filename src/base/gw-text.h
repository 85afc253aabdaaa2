/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Text that came from a server, a file or the cloud, made fit for a label: valid UTF-8, bounded,
 * without control characters, bidirectional controls and invisible format characters. It is still
 * not markup: show it in places with use-markup off, or escape it.
 */

/* One line: every run of white space and dropped characters becomes one space; at most @max_chars
 * characters, the last one then "…". Never %NULL. Free with g_free(). */
char *gw_text_clean_line  (const char *text,
                           gsize       max_chars);
/* Several lines: "\n" stays (CRLF and CR become "\n"), tabs become spaces. */
char *gw_text_clean_block (const char *text,
                           gsize       max_chars);

/* Case-folded and normalised for searching. Never %NULL. */
char *gw_text_fold        (const char *text);

G_END_DECLS
