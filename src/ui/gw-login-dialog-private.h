/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-login-dialog.h"

#include "gw-credential-field.h"
#include "gw-instance-field.h"
#include "gw-key-field.h"
#include "gw-keyring-row.h"
#include "gw-obstacle.h"
#include "gw-reach.h"

G_BEGIN_DECLS

#define GW_N_METHODS (GW_METHOD_TEMPORARY_KEY + 1)

/* What is known of the instance's state. */
typedef enum {
  GW_LOGIN_ASK_NONE,   /* all that there is; it may be too old by now */
  GW_LOGIN_ASK_ASKING,
  GW_LOGIN_ASK_FAILED, /* the old state is all there is: the person decides */
  GW_LOGIN_ASK_GONE,   /* the account has no such instance any more */
} GwLoginAsk;

struct _GwLoginDialog
{
  AdwWindow          parent_instance;

  GtkScrolledWindow *scrolled;
  GwInstanceField   *instance_row;
  AdwActionRow      *anyway_row;
  GtkCheckButton    *anyway_check;
  GtkSpinner        *state_spinner;
  GtkWidget         *browser_button;
  AdwActionRow      *directly_row;
  GtkCheckButton    *directly_check;
  AdwComboRow       *connection_row;
  AdwComboRow       *group_row;
  GtkSpinner        *join_spinner;
  GtkWidget         *request_button;
  AdwPreferencesGroup *login_group;
  AdwPreferencesRow *notice_row;
  GtkLabel          *notice_label;
  AdwComboRow       *method_row;
  GtkWidget         *temporary_row;
  GtkLabel          *temporary_label;
  GwCredentialField *credential_row;
  AdwEntryRow       *user_row;
  AdwEntryRow       *password_row;
  GwKeyField        *key_row;
  AdwEntryRow       *passphrase_row;
  AdwPreferencesRow *saved_row;
  GtkLabel          *saved_label;
  AdwActionRow      *remember_row;
  GtkCheckButton    *remember_check;
  AdwExpanderRow    *options_row;
  AdwEntryRow       *port_row;
  GtkSpinButton     *timeout_spin;
  GtkWidget         *check_row;

  GwCatalogue       *catalogue;
  GwSavedLogins     *logins;
  GwCloudAccounts   *accounts; /* NULL in some tests */
  GSettings         *settings;
  /* In the dialog only while it has something to say: its own visibility follows the keyring. */
  GwKeyringRow      *keyring_row;

  /* What the fields were filled in from last: whom they are for. */
  GwLogin           *filled;
  /* What the ssh config says of the host, %NULL if nothing. */
  GwInstance        *config;
  /* Of what the credential in “filled” is the default, as shown; %NULL if of nothing. */
  char              *hint;
  gboolean           undecided; /* nobody has said which login: a default credential may */
  gboolean           complete; /* no error was shown since the fields are being collected */
  /* gw-login-dialog-state.c */
  GwInstance        *followed; /* that of “filled”; %NULL for a free host */
  GwObstacle         obstacle; /* as shown */
  GwLoginAsk         ask;
  GCancellable      *asking; /* %NULL unless ASKING */
  guint              quiet_id; /* while asking is not shown yet */
  char              *ask_error;
  gboolean           submitting; /* OK was pressed, and waits for the answer */
  gboolean           may_ask_password; /* that it is missing was said: the server may ask for it */
  /* gw-login-dialog-group.c */
  GwInstance        *offered;  /* whose groups were asked for last; %NULL if nobody's */
  GCancellable      *offering; /* %NULL unless they are being asked for */
  gboolean           offer_failed; /* not for good */
  GPtrArray         *offers;   /* (element-type GwSecurityGroup); %NULL where it needs none */
  GCancellable      *joining;  /* %NULL unless one is being joined */
  GwLogin           *waiting;  /* for that */
  GtkWidget         *focus;    /* where the person goes on if it fails, or %NULL */
  char              *request;  /* for the administrator; %NULL where nothing was refused */
};

/* Says below @field what is wrong with it; the first one since complete was set gets the focus. */
void      gw_login_dialog_show_error     (GwLoginDialog *self,
                                          GtkWidget     *field,
                                          const char    *message);
/* @field %NULL: of all fields (but those of the private key and the credential, which tell of
 * what happened before). */
void      gw_login_dialog_clear_errors   (GwLoginDialog *self,
                                          GtkWidget     *field);
/* The message below @field, %NULL if there is none. */
const char *gw_login_dialog_get_error    (GwLoginDialog *self,
                                          GtkWidget     *field);
/* Every field but Instance. */
void      gw_login_dialog_fill           (GwLoginDialog *self,
                                          GwLogin       *login);
/* Whether the private key is the one that was filled in, or none. */
gboolean  gw_login_dialog_has_filled_key (GwLoginDialog *self);
/* The same for a login that was made before. */
void      gw_login_dialog_fill_again     (GwLoginDialog *self,
                                          GwLogin       *login);
/* The same with the defaults and the history. @typed: its connection, if it is an address of
 * @instance. */
void      gw_login_dialog_fill_for_instance (GwLoginDialog *self,
                                          GwInstance    *instance,
                                          const char    *typed);
/* Finds out whom the text in Instance means, and fills in the other fields if that is new. */
void      gw_login_dialog_resolve        (GwLoginDialog *self);
/* What was given beside the host beats all that is known of it. @user (nullable), @port 0: not
 * given. */
void      gw_login_dialog_override       (GwLoginDialog *self,
                                          const char    *user,
                                          guint          port);
/* Another connection was chosen: what the ssh config says may differ by address. */
void      gw_login_dialog_connection_changed (GwLoginDialog *self);
void      gw_login_dialog_update_visibility (GwLoginDialog *self);
GwMethod  gw_login_dialog_get_method     (GwLoginDialog *self);
/* A login from all fields. %NULL with the reasons shown, and the first field in need focused. */
GwLogin  *gw_login_dialog_collect        (GwLoginDialog *self);
/* Whether a detour must be agreed to. */
void      gw_login_dialog_update_jump    (GwLoginDialog *self);
/* Another answer about the same instance: its addresses may be others. What is selected stays if it
 * is there. */
void      gw_login_dialog_refresh_connections (GwLoginDialog *self);
/* Collects, joins the chosen group, and emits `login`. @answered: the state has just been
 * asked for. */
void      gw_login_dialog_submit         (GwLoginDialog *self,
                                          gboolean       answered);
/* Emits it, and closes. */
void      gw_login_dialog_finish         (GwLoginDialog *self,
                                          GwLogin       *login);

/* gw-login-dialog-state.c: whether the instance can be connected to. */
/* For another instance in “filled”: what must be agreed to before it is dialled, the detour
 * included. Asks for a state that is too old. */
void      gw_login_dialog_update_notices (GwLoginDialog *self);
/* Shows what is wrong with the state; nothing while that is being asked. */
void      gw_login_dialog_check_state    (GwLoginDialog *self);
/* Whether the state is not known yet: then gw_login_dialog_submit() follows. */
gboolean  gw_login_dialog_wait_for_state (GwLoginDialog *self);
void      gw_login_dialog_stop_asking    (GwLoginDialog *self);
/* Nobody is asked any more, and changes are nobody's business. */
void      gw_login_dialog_unfollow       (GwLoginDialog *self);
void      gw_login_dialog_open_workbench (GwLoginDialog *self);
/* Whether an account has the instance that is followed. */
gboolean  gw_login_dialog_is_of_account  (GwLoginDialog *self);

/* gw-login-dialog-group.c: the security group of an instance that is in none. */
/* For another instance that is followed: asks what it could join, if it has to. */
void      gw_login_dialog_offer_groups   (GwLoginDialog *self);
void      gw_login_dialog_forget_groups  (GwLoginDialog *self);
/* Whether a group was chosen: then it is joined, and gw_login_dialog_finish() follows. */
gboolean  gw_login_dialog_join           (GwLoginDialog *self,
                                          GwLogin       *login);
void      gw_login_dialog_stop_joining   (GwLoginDialog *self);
/* The same, and says so. FALSE if none is being joined. */
gboolean  gw_login_dialog_give_up_joining (GwLoginDialog *self);
void      gw_login_dialog_group_changed  (GwLoginDialog *self);
void      gw_login_dialog_copy_request   (GwLoginDialog *self);
void      gw_login_dialog_check_groups   (GwLoginDialog *self);

/* gw-login-dialog-credential.c: what comes from the keyring, and what goes there. */
/* Once “logins” is there. */
void      gw_login_dialog_follow_keyring (GwLoginDialog *self);
/* Puts the default credential of the login's instance into @login. The words for the hint, %NULL
 * where there is no default. Free with g_free(). */
char     *gw_login_dialog_apply_default  (GwLoginDialog *self,
                                          GwLogin       *login);
/* Shows the credential of “filled”. @hint (transfer full, nullable): from apply_default(). */
void      gw_login_dialog_show_credential (GwLoginDialog *self,
                                          char          *hint);
/* What is said beside the fields, as they are now, of what is saved and what would be. */
void      gw_login_dialog_update_kept    (GwLoginDialog *self);
/* Whether the secret that the fields lack is in the keyring. */
gboolean  gw_login_dialog_can_use_saved  (GwLoginDialog *self);
void      gw_login_dialog_credential_changed (GwLoginDialog *self);
void      gw_login_dialog_check_credential (GwLoginDialog *self,
                                          GwLogin       *login);

G_END_DECLS
