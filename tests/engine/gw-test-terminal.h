/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-engine-driver.h"

G_BEGIN_DECLS

/**
 * GwTestTerminal:
 *
 * One terminal of an engine. Collects what the shell says, or only counts and sums it, or leaves
 * it unread.
 */
typedef struct _GwTestTerminal GwTestTerminal;

/* @term, @lang: %NULL for not given. */
GwTestTerminal *gw_test_terminal_new        (GwEngineDriver  *driver,
                                             guint            columns,
                                             guint            rows,
                                             const char      *term,
                                             const char      *lang,
                                             GError         **error);
void            gw_test_terminal_free       (GwTestTerminal  *self);

guint           gw_test_terminal_get_number (GwTestTerminal  *self);
void            gw_test_terminal_type       (GwTestTerminal  *self,
                                             const char      *text);
void            gw_test_terminal_resize     (GwTestTerminal  *self,
                                             guint            columns,
                                             guint            rows);
void            gw_test_terminal_close      (GwTestTerminal  *self);
/* Waits until the output has @text; forgets everything up to its end. */
void            gw_test_terminal_expect     (GwTestTerminal  *self,
                                             const char      *text);
const char     *gw_test_terminal_get_output (GwTestTerminal  *self);
gsize           gw_test_terminal_get_count  (GwTestTerminal  *self);
void            gw_test_terminal_set_paused (GwTestTerminal  *self,
                                             gboolean         paused);
void            gw_test_terminal_set_slow   (GwTestTerminal  *self);
/* From here on gw_test_terminal_get_count() and the SHA-256 sum count. */
void            gw_test_terminal_start_sum  (GwTestTerminal  *self);
const char     *gw_test_terminal_get_sum    (GwTestTerminal  *self);
int             gw_test_terminal_get_socket (GwTestTerminal  *self);
/* Waits for the end of the socket and for TerminalClosed: "exit 0", "signal TERM", "closed"… */
char           *gw_test_terminal_wait_end   (GwTestTerminal  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwTestTerminal, gw_test_terminal_free)

G_END_DECLS
