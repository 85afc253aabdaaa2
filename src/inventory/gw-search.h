/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

/**
 * GwSearch:
 *
 * Search as you type: words separated by white space, all of which must be found (case- and
 * accent-folded) in the name, id (of cloud instances), host name, an address, or a tag. Fast enough
 * for 10,000 instances a key press: an instance keeps its folded text.
 */
typedef struct _GwSearch GwSearch;

GwSearch *gw_search_new      (const char *text);
void      gw_search_free     (GwSearch   *self);
gboolean  gw_search_is_empty (GwSearch   *self);
gboolean  gw_search_matches  (GwSearch   *self,
                              GwInstance *instance);
/* Pango markup (escaped text, hits in <b>) of @text with the hits of this search. */
char     *gw_search_markup   (GwSearch   *self,
                              const char *text);
/* The value that was hit where it is neither the title nor the main address (a tag, the id,
 * another address), as plain text to show in the row; %NULL otherwise. Free with g_free(). */
char     *gw_search_get_hit  (GwSearch   *self,
                              GwInstance *instance);

/* How text is folded for searching: compatibility decomposition, case folded, without accents;
 * quick for many short texts. Never %NULL. Free with g_free(). */
char     *gw_search_fold     (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwSearch, gw_search_free)

G_END_DECLS
