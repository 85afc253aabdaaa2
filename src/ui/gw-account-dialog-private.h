/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-account-dialog.h"

#include "gw-account-dialog-regions.h"
#include "gw-keyring-row.h"

G_BEGIN_DECLS

/*
 * Private to GwAccountDialog, which is in parts: gw-account-dialog.c (its fields),
 * gw-account-dialog-origin.c (where the AccessKey comes from), gw-account-dialog-answer.c (what is
 * said of it, and of what the cloud answered) and gw-account-dialog-save.c (Verify and Add).
 */

/* The most that a name may have, in characters. */
#define GW_ACCOUNT_DIALOG_MAX_NAME 100

typedef enum {
  GW_ACCOUNT_DIALOG_IDLE,
  GW_ACCOUNT_DIALOG_VERIFYING,
  GW_ACCOUNT_DIALOG_SAVING,
} GwAccountDialogState;

/* One choice of “AccessKey From”. */
typedef struct {
  GwAccountKind  kind;
  char          *profile; /* of GW_ACCOUNT_CLI_PROFILE */
  GwCliProfile  *found;   /* that profile; NULL: the file does not have it */
  char          *problem; /* why it cannot be chosen; NULL: it can */
} GwAccountOrigin;

struct _GwAccountDialog
{
  AdwWindow               parent_instance;

  GtkScrolledWindow      *scrolled;
  GtkWidget              *add_button;
  AdwEntryRow            *name_row;
  AdwComboRow            *origin_row;
  GtkWidget              *origin_note_row;
  GtkLabel               *origin_note;
  AdwEntryRow            *id_row;
  AdwEntryRow            *secret_row;
  AdwExpanderRow         *token_expander;
  AdwEntryRow            *token_row;
  AdwActionRow           *copy_row;
  GtkSwitch              *copy_switch;
  GtkWidget              *keyring_group;
  GwKeyringRow           *keyring_row;
  AdwEntryRow            *region_row;
  GtkMenuButton          *region_button;
  GtkPopover             *region_popover;
  GtkListBox             *region_list;
  GwAccountDialogRegions *regions;
  AdwExpanderRow         *options_row;
  AdwEntryRow            *endpoint_row;
  AdwExpanderRow         *policy_row;
  GtkTextView            *policy_view;
  GtkLabel               *message;
  GtkWidget              *request_button;
  GtkWidget              *verify_button;
  GtkWidget              *anyway_button;
  GtkSpinner             *spinner;
  GtkLabel               *busy_label;

  GwCloudAccounts        *accounts;
  GwAccount              *edited;      /* NULL: a new one */
  GPtrArray              *origins;     /* GwAccountOrigin, as origin_row has them */
  char                   *cli_error;   /* why the profiles could not be read */
  char                   *auto_name;   /* what was filled in for the origin: goes with it unless */
  char                   *auto_region; /* the person wrote something else */
  char                   *auto_endpoint;

  GwAccountDialogState    state;
  gboolean                is_verified; /* what is in the fields, or has not changed since saved */
  GCancellable           *cancellable; /* of what is under way; NULL: nothing */
  GtkWidget              *focus;       /* where the keyboard was then; weak */
  char                   *request;     /* for an administrator; NULL: RAM refused nothing */
};

/* The text of @row without the spaces around it. Free with g_free(). */
char            *gw_account_dialog_dup_text      (AdwEntryRow     *row);
void             gw_account_dialog_clear_errors  (GwAccountDialog *self);
/* Known regions, for both lists of them. */
void             gw_account_dialog_offer_regions (GwAccountDialog *self,
                                                  GPtrArray       *names);
void             gw_account_dialog_saved         (GwAccountDialog *self,
                                                  const char      *id);

/* gw-account-dialog-origin.c */
void             gw_account_dialog_list_origins  (GwAccountDialog *self);
/* The one that is chosen. */
GwAccountOrigin *gw_account_dialog_get_origin    (GwAccountDialog *self);
void             gw_account_dialog_choose_origin (GwAccountDialog *self,
                                                  GwAccountKind    kind,
                                                  const char      *profile);
/* Fields that the origin has, what is said of it, and what it fills in. */
void             gw_account_dialog_update_origin (GwAccountDialog *self);
/* Whether the AccessKey is to be read from the origin into the keyring. */
gboolean         gw_account_dialog_is_copied     (GwAccountDialog *self);
/* Whether the keyring has an AccessKey that stays where none is typed. */
gboolean         gw_account_dialog_has_key       (GwAccountDialog *self);

gboolean         gw_account_dialog_is_name_taken (GwAccountDialog *self,
                                                  const char      *name);

/* gw-account-dialog-answer.c */
/* Takes away what was said. */
void             gw_account_dialog_say_nothing   (GwAccountDialog *self);
void             gw_account_dialog_say_error     (GwAccountDialog *self,
                                                  GwAccount       *account,
                                                  const GError    *error);
void             gw_account_dialog_say_verified  (GwAccountDialog *self,
                                                  GwAccount       *account,
                                                  GwVerified      *verified);

/* gw-account-dialog-save.c */
void             gw_account_dialog_verify        (GwAccountDialog *self);
/* @anyway: without asking the cloud. */
void             gw_account_dialog_submit        (GwAccountDialog *self,
                                                  gboolean         anyway);
/* Gives up what is under way, if anything. */
void             gw_account_dialog_stop          (GwAccountDialog *self);

G_END_DECLS
