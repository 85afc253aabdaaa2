/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-reach-dialog.h"

G_BEGIN_DECLS

typedef enum {
  GW_REACH_DIALOG_LOOKING, /* at the groups */
  GW_REACH_DIALOG_FAILED,  /* nothing is known of them */
  GW_REACH_DIALOG_READY,
  GW_REACH_DIALOG_ASKING,  /* the service */
  GW_REACH_DIALOG_ADDING,
} GwReachDialogState;

struct _GwReachDialog
{
  AdwWindow          parent_instance;

  GtkWidget         *cancel_button;
  GtkScrolledWindow *scrolled;
  GtkImage          *icon;
  GtkSpinner        *looking_spinner;
  GtkLabel          *summary;
  GtkWidget         *retry_button;
  AdwEntryRow       *address_row;
  GtkLabel          *origin_label;
  GtkWidget         *ask_button;
  AdwEntryRow       *service_row;
  GtkWidget         *sentence_row;
  GtkLabel          *sentence;
  AdwComboRow       *group_row;
  AdwEntryRow       *port_row;
  AdwEntryRow       *description_row;
  AdwActionRow      *everybody_row;
  GtkCheckButton    *everybody_check;
  GtkWidget         *wide_row;
  GtkLabel          *sent_label;
  GtkWidget         *bar;
  GtkSpinner        *spinner;
  GtkLabel          *message;
  GtkWidget         *request_button;

  GwCloudAccounts   *accounts;
  GSettings         *settings;
  GwInstance        *instance;
  GwConnection      *connection;
  guint              port;
  GwMyAddress       *mine;        /* what is known; the field may say otherwise */
  GwReach           *reach;       /* %NULL while not known */
  GPtrArray         *groups;      /* (element-type utf8): ids of those in the row */
  GStrv              parameters;  /* what would be sent, as shown; %NULL where a field is wrong */
  char              *request;     /* for the administrator; %NULL where nothing was refused */
  gboolean           left;        /* a rule was sent and not waited for */
  GwReachDialogState state;
  char              *consented;   /* for which rule the second step is shown; %NULL if none */
  GCancellable      *cancellable; /* of what runs; %NULL in FAILED and READY */
  GtkWidget         *focus;       /* where the person goes on once nothing runs, or %NULL */
};

void     gw_reach_dialog_set_state     (GwReachDialog      *self,
                                        GwReachDialogState  state);
/* What the groups say, and what can be done; while the person types. */
void     gw_reach_dialog_show          (GwReachDialog      *self);
/* Below the fields. @error %NULL: nothing. */
void     gw_reach_dialog_say_error     (GwReachDialog      *self,
                                        const GError       *error);
/* The rule is there. */
void     gw_reach_dialog_end           (GwReachDialog      *self);

/* gw-reach-dialog-address.c: where the person comes from. */
/* Whether that is what the world outside sees, not an address of this computer. */
gboolean gw_reach_dialog_is_public     (GwReachDialog      *self);
/* Whether packets of @family can be for the address that is dialled at all. */
gboolean gw_reach_dialog_has_family    (GwReachDialog      *self,
                                        GSocketFamily       family);
/* Takes what is known now into the field. */
void     gw_reach_dialog_fill_address  (GwReachDialog      *self);
void     gw_reach_dialog_update_origin (GwReachDialog      *self);
void     gw_reach_dialog_ask_service   (GwReachDialog      *self);

/* gw-reach-dialog-rule.c: from the fields to the rule. */
/* Once the groups are known. */
void     gw_reach_dialog_fill_groups   (GwReachDialog      *self);
/* Judges by the fields as they are, and shows that and what would be sent. */
void     gw_reach_dialog_update        (GwReachDialog      *self);
/* Adds the rule, or says what is wrong with the fields. */
void     gw_reach_dialog_add           (GwReachDialog      *self);

G_END_DECLS
