/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-search.h"
#include "gw-sidebar-filter.h"
#include "gw-sidebar-groups.h"
#include "gw-sidebar-shortcut.h"
#include "gw-sidebar.h"

G_BEGIN_DECLS

/* What gw-sidebar.c (the list), gw-sidebar-page.c (what stands above it or in its place),
 * gw-sidebar-search.c, gw-sidebar-states.c (of the instances in view) and gw-sidebar-actions.c (the
 * menu, the keys) share. */

struct _GwSidebar
{
  AdwBin              parent_instance;

  GtkWidget          *search_entry;
  AdwBin             *filter_bin;
  GtkWidget          *notices;
  GtkWidget          *bars;
  GtkStack           *stack;
  GtkListView        *list_view;
  GtkScrolledWindow  *scrolled;
  AdwStatusPage      *no_hits;
  GtkWidget          *show_all_button;
  GtkWidget          *connect_text_button;
  GtkLabel           *connect_text_label;
  GtkWidget          *use_ssh_config;
  GtkWidget          *add_account;
  GtkWidget          *profiles;
  GMenuModel         *menu;
  GtkWidget          *popover;
  GtkWidget          *menu_focus;   /* weak: what had the focus before the menu */

  GwCatalogue        *catalogue;
  GwFileSource       *saved;
  GwSavedLogins      *logins;
  GwCloudAccounts    *accounts;     /* NULL in some tests */
  GSettings          *settings;
  AdwToastOverlay    *toasts;

  GwSearch           *search;       /* never NULL */
  char               *search_text;  /* as typed, without white space around */
  GtkFilter          *filter;       /* of instances: the search and the selectors */
  GwSidebarFilter    *selectors;
  GwSidebarGroups    *groups;
  GListModel         *list;         /* what is listed: GwSidebarGroup (headings) and its items */
  GtkSingleSelection *selection;
  GPtrArray          *rows;         /* GtkListItem that are bound, not owned */
  GPtrArray          *old_rows;     /* the same, bound before the search changed */
  GPtrArray          *removals;     /* those that can be undone, see gw-sidebar-removal.c; not owned */
  guint               limit;        /* of instances in each group, while somebody types */
  guint               lift_id;      /* source that ends the limit of a search */
  gboolean            is_changing;  /* the list has no groups meanwhile */
  gboolean            has_looked_for_profiles;

  GtkWindow          *window;       /* weak: whose focus is watched */
  guint               recheck_id;   /* some instances in view have changed */
  guint               refilter_id;  /* some others may have changed */
  guint               look_id;      /* looks at what is in view */
  guint               poll_id;      /* asks again for what is starting or stopping */
  guint               poll_seconds; /* from now to the next time */
  guint               warm_id;      /* prepares the search */
  guint               warm_source;
  guint               warm_position;
};

enum {
  GW_SIDEBAR_SIGNAL_CONNECT_INSTANCE,
  GW_SIDEBAR_SIGNAL_CONNECT_TEXT,
  GW_SIDEBAR_SIGNAL_EDIT_INSTANCE,
  GW_SIDEBAR_N_SIGNALS,
};
extern guint gw_sidebar_signals[GW_SIDEBAR_N_SIGNALS];

/* Selects @instance and scrolls to it, if it is shown. */
void        gw_sidebar_select           (GwSidebar      *self,
                                         GwInstance     *instance);
void        gw_sidebar_toggle_group     (GwSidebar      *self,
                                         GwSidebarGroup *group);
/* Folds what the user has folded, as long as nothing is searched. */
void        gw_sidebar_update_folded    (GwSidebar      *self);
/* Shows again what @child (of a list item) shows. */
void        gw_sidebar_update_row       (GwSidebar      *self,
                                         GtkWidget      *child);

/* gw-sidebar-page.c */
/* The list, or what is said in its place. */
void        gw_sidebar_update_page      (GwSidebar      *self);
/* What cannot be found, and what could be done instead. */
void        gw_sidebar_update_no_hits   (GwSidebar      *self);
/* Sources have come or gone. */
void        gw_sidebar_update_notices   (GwSidebar      *self);
void        gw_sidebar_init_page        (GwSidebar      *self);

/* gw-sidebar-states.c */
void        gw_sidebar_init_states      (GwSidebar      *self);
void        gw_sidebar_clear_states     (GwSidebar      *self);
/* The list is another, or shows others: looks at it soon. */
void        gw_sidebar_queue_look       (GwSidebar      *self);
/* An instance in view has changed. */
void        gw_sidebar_queue_recheck    (GwSidebar      *self);

/* gw-sidebar-search.c */
gboolean    gw_sidebar_is_searching     (GwSidebar      *self);
/* The selectors are others, or what they look at. */
void        gw_sidebar_refilter         (GwSidebar      *self);
void        gw_sidebar_bind_search      (GtkWidgetClass *widget_class);
void        gw_sidebar_init_search      (GwSidebar      *self);

/* gw-sidebar-removal.c */
/* Removes @instance with all that is saved for it, with Undo. */
void        gw_sidebar_remove           (GwSidebar      *self,
                                         GwInstance     *instance);

/* gw-sidebar-actions.c */
void        gw_sidebar_tell_error       (GwSidebar      *self,
                                         const char     *heading,
                                         const GError   *error);
void        gw_sidebar_add_toast        (GwSidebar      *self,
                                         AdwToast       *toast);
void        gw_sidebar_install_actions  (GtkWidgetClass *widget_class);
/* The keys of the list. */
void        gw_sidebar_init_keys        (GwSidebar      *self);
/* What the menu offers depends on the selection. */
void        gw_sidebar_update_actions   (GwSidebar      *self);
/* Shows the context menu of the selected instance at @x, @y of @widget. */
void        gw_sidebar_popup_menu       (GwSidebar      *self,
                                         GtkWidget      *widget,
                                         double          x,
                                         double          y);

G_END_DECLS
