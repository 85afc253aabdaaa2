/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-terminal.h"

G_BEGIN_DECLS

/* The longest text of the server's that is shown in one line: a title, the target of a link. */
#define GW_TERMINAL_MAX_CHARS 200

/* Shared by the parts of the class: gw-terminal.c has the look, the size and the title,
 * gw-terminal-pointer.c links, clicks and what is pasted. */
struct _GwTerminal {
  VteTerminal parent_instance;

  GSettings *settings;
  GSettings *desktop;
  GCancellable *cancellable;
  GCancellable *paste_cancellable; /* of all that the clipboard is being asked for */
  guint columns;
  guint rows;

  /* A click that VTE may turn into a report to the server, which is then its own business. */
  guint click_id;
  guint click_button;
  double click_x;
  double click_y;
  gboolean click_reported;
  gboolean click_restore;

  char *menu_link;
};

/* gw-terminal-pointer.c */
void gw_terminal_init_pointer    (GwTerminal *self);
void gw_terminal_dispose_pointer (GwTerminal *self);
/* What VTE sends may be the report of a click. */
void gw_terminal_note_commit     (GwTerminal *self,
                                  const char *text,
                                  guint       size);

G_END_DECLS
