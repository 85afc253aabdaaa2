/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-host-key-page.h"

#include "config.h"

#include "gw-host-key-words.h"
#include "gw-key-text.h"

#include <glib/gi18n.h>

struct _GwHostKeyPage {
  AdwBin parent_instance;

  GwPrompt *prompt;
  GtkLabel *heading;
  GtkLabel *explanation;
  GtkGrid *grid;
  int n_rows;
  GtkLabel *authority;
  GtkWidget *statement_box;
  GtkSpinner *spinner;
  GtkWidget *icon;
  GtkLabel *statement;
  GtkWidget *warning;
  GtkLabel *warning_text;
  GtkLabel *stated;
  GtkWidget *assistant;
  GtkWidget *assistant_button;
  gboolean warned; /* another key was named: that stands while somebody else is asked */
  GtkExpander *second_step;
  GtkLabel *missing;
  GtkEditable *name;
  GtkButton *replace;
  GtkWidget *cancel;
  GtkWidget *trust;
};

G_DEFINE_FINAL_TYPE (GwHostKeyPage, gw_host_key_page, ADW_TYPE_BIN)

enum {
  SIGNAL_NOTICE,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static gboolean
is_changed (GwHostKeyPage *self)
{
  return gw_prompt_get_kind (self->prompt) == GW_PROMPT_HOST_KEY_CHANGED;
}

static GwPromptStatement
get_statement (GwHostKeyPage *self)
{
  return gw_prompt_get_statement (self->prompt, NULL, NULL);
}

static void
on_accepted (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwHostKeyPage) self = user_data;
  g_autoptr (GError) error = NULL;

  g_assert (GW_IS_HOST_KEY_PAGE (self));

  if (!gw_prompt_accept_host_key_finish (GW_PROMPT (source), result, &error))
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
}

static void
on_accept (GtkWidget     *source,
           GwHostKeyPage *self)
{
  g_assert (GW_IS_HOST_KEY_PAGE (self));

  /* The answer takes the page away. */
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  gw_prompt_accept_host_key_async (self->prompt, on_accepted, g_object_ref (self));
}

static void
on_cancel (GtkWidget     *source,
           GwHostKeyPage *self)
{
  g_assert (GW_IS_HOST_KEY_PAGE (self));

  gw_prompt_cancel (self->prompt);
}

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  on_cancel (NULL, GW_HOST_KEY_PAGE (widget));
  return TRUE;
}

/* Only where somebody else than the person vouches for the key. */
static gboolean
on_return (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  GwHostKeyPage *self = GW_HOST_KEY_PAGE (widget);

  if (is_changed (self) || get_statement (self) != GW_PROMPT_STATEMENT_MATCH)
    return FALSE;
  on_accept (NULL, self);
  return TRUE;
}

static void
on_name_changed (GtkWidget     *source,
                 GwHostKeyPage *self)
{
  const char *host;
  g_autofree char *typed = NULL;
  g_autofree char *hint = NULL;
  gboolean right;

  g_assert (GW_IS_HOST_KEY_PAGE (self));

  host = gw_prompt_get_host (self->prompt);
  typed = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  right = *host != '\0' && g_ascii_strcasecmp (typed, host) == 0;
  gtk_widget_set_sensitive (GTK_WIDGET (self->replace), right);
  if (right)
    hint = g_strdup (is_changed (self)
                       ? _("The stored keys of this host will be replaced by the new one.")
                       : _("The key will be stored for this host."));
  else
    /* Translators: %s is a host name or address. */
    hint = g_strdup_printf (is_changed (self)
                              ? _("Only if you know why the key changed: type “%s” to go on.")
                              : _("Only if you know why the key is another: type “%s” to go on."),
                            host);
  gtk_label_set_label (self->missing, hint);
}

static void
add_row (GwHostKeyPage *self,
         const char    *title,
         const char    *text,
         gboolean       selectable)
{
  GtkWidget *key = gtk_label_new (title);
  GtkWidget *value = gtk_label_new (text);
  PangoAttrList *attributes = pango_attr_list_new ();

  /* A hyphen where a line is broken would look like a part of it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (value), attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_xalign (GTK_LABEL (key), 0);
  gtk_widget_set_valign (key, GTK_ALIGN_START);
  gtk_widget_add_css_class (key, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_CHAR);
  gtk_widget_set_hexpand (value, TRUE);
  if (selectable)
    {
      gtk_label_set_selectable (GTK_LABEL (value), TRUE);
      gtk_widget_add_css_class (value, "monospace");
      gtk_accessible_update_property (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      title, -1);
    }
  gtk_grid_attach (self->grid, key, 0, self->n_rows, 1, 1);
  gtk_grid_attach (self->grid, value, 1, self->n_rows++, 1, 1);
}

static void
add_stored (GwHostKeyPage *self)
{
  GPtrArray *stored = gw_prompt_get_stored (self->prompt);
  guint left_out = gw_prompt_get_n_left_out (self->prompt);

  for (guint i = 0; stored != NULL && i < stored->len; i++)
    {
      const GwKnownHostsEntry *entry = g_ptr_array_index (stored, i);
      g_autofree char *place = NULL;

      place = entry->line > 0 ? g_strdup_printf ("%s:%u", entry->file, entry->line)
                              : g_strdup (entry->file);
      add_row (self, _("Stored Key"), gw_key_type_title (entry->type), FALSE);
      add_row (self, _("Fingerprint"), entry->fingerprint, TRUE);
      add_row (self, _("Stored In"), place, FALSE);
    }
  if (left_out > 0)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more key", "%u more keys", left_out),
                                               left_out);

      add_row (self, _("Stored Key"), more, FALSE);
    }
}

/* Said aloud when it changes. */
static void
set_text (GtkLabel   *label,
          const char *text)
{
  if (g_str_equal (gtk_label_get_label (label), text))
    return;
  gtk_label_set_label (label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show_statement (GwHostKeyPage     *self,
                GwPromptStatement  statement)
{
  gboolean is_match = statement == GW_PROMPT_STATEMENT_MATCH;
  gboolean is_other = statement == GW_PROMPT_STATEMENT_OTHER;
  gboolean is_asking = statement == GW_PROMPT_STATEMENT_ASKING;
  const char *classes[] = { is_match ? "success" : is_asking ? NULL : "dim-label", NULL };
  gboolean has_failed = is_other && gw_prompt_get_statement_error (self->prompt) != NULL;
  const char *stated;
  g_autofree char *text = NULL;
  g_autofree char *failure = gw_host_key_describe_failure (self->prompt);

  gw_prompt_get_statement (self->prompt, &stated, NULL);
  text = gw_host_key_describe_statement (self->prompt);
  set_text (self->statement, is_other ? failure : text);
  set_text (self->warning_text, is_other ? text : "");
  gtk_label_set_label (self->stated, is_other && stated != NULL ? stated : "");
  gtk_widget_set_css_classes (GTK_WIDGET (self->statement), classes);
  gtk_widget_set_visible (self->statement_box,
                          is_other ? has_failed : statement != GW_PROMPT_STATEMENT_NOBODY);
  gtk_widget_set_visible (self->warning, is_other);
  gtk_widget_set_visible (self->icon, is_match);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_asking);
  gtk_spinner_set_spinning (self->spinner, is_asking && gtk_widget_get_mapped (GTK_WIDGET (self)));
  gtk_widget_set_visible (self->assistant,
                          !is_match && gw_prompt_can_ask_assistant (self->prompt));
  gtk_widget_set_sensitive (self->assistant_button, !is_asking);
  gtk_label_set_label (self->authority,
                       is_match
                         ? _("Your known hosts name a certificate authority for this host. Gangway "
                             "cannot check certificates.")
                         : _("Your known hosts name a certificate authority for this host. Gangway "
                             "cannot check certificates: compare the fingerprint yourself."));
}

static void
suggest (GtkWidget *button,
         gboolean   suggested)
{
  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
}

static void
update (GwHostKeyPage *self)
{
  GwPromptStatement statement = get_statement (self);
  gboolean changed = is_changed (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean has_focus = root != NULL && gtk_root_get_focus (root) == self->trust;
  gboolean stop;

  g_assert (GW_IS_HOST_KEY_PAGE (self));

  if (statement == GW_PROMPT_STATEMENT_OTHER)
    self->warned = TRUE;
  else if (statement == GW_PROMPT_STATEMENT_MATCH)
    self->warned = FALSE;
  stop = changed || self->warned;
  gtk_label_set_label (self->heading,
                       changed ? _("Host Key Changed")
                       : stop  ? _("Unexpected Host Key")
                               : _("Unknown Host Key"));
  gtk_label_set_label (self->explanation, gw_host_key_explain (self->prompt));
  show_statement (self, statement);
  gtk_widget_set_visible (GTK_WIDGET (self->second_step), stop);
  gtk_expander_set_label (self->second_step,
                          changed ? _("_Replace the stored key…") : _("_Trust it all the same…"));
  gtk_button_set_label (self->replace, changed ? _("Replace Host Key") : _("Trust Host Key"));
  gtk_widget_set_visible (self->trust, !stop);
  suggest (self->cancel, stop);
  suggest (self->trust, statement != GW_PROMPT_STATEMENT_ASKING);
  on_name_changed (NULL, self);
  /* What was about to press it must not press what comes next. */
  if (stop && has_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_ask_assistant (GtkWidget     *source,
                  GwHostKeyPage *self)
{
  g_assert (GW_IS_HOST_KEY_PAGE (self));

  gw_prompt_ask_assistant (self->prompt);
  /* Its button goes, and the focus with it. */
  gtk_widget_grab_focus (GTK_WIDGET (self));
  update (self);
}

static void
fill (GwHostKeyPage *self)
{
  GwPrompt *prompt = self->prompt;
  gboolean changed = is_changed (self);
  g_autofree char *port = g_strdup_printf ("%u", gw_prompt_get_port (prompt));

  add_row (self, _("Host"), gw_prompt_get_host (prompt), FALSE);
  add_row (self, _("Port"), port, FALSE);
  if (changed)
    add_stored (self);
  add_row (self, changed ? _("New Key") : _("Key Type"),
           gw_key_type_title (gw_prompt_get_key_type (prompt)), FALSE);
  add_row (self, _("Fingerprint"), gw_prompt_get_fingerprint (prompt), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->authority), gw_prompt_has_authority (prompt));
  update (self);
}

/* Only while it can be seen: a spinner repaints its window for ever. */
static void
gw_host_key_page_map (GtkWidget *widget)
{
  GwHostKeyPage *self = GW_HOST_KEY_PAGE (widget);

  GTK_WIDGET_CLASS (gw_host_key_page_parent_class)->map (widget);
  gtk_spinner_set_spinning (self->spinner, get_statement (self) == GW_PROMPT_STATEMENT_ASKING);
}

static void
gw_host_key_page_unmap (GtkWidget *widget)
{
  gtk_spinner_stop (GW_HOST_KEY_PAGE (widget)->spinner);
  GTK_WIDGET_CLASS (gw_host_key_page_parent_class)->unmap (widget);
}

static void
gw_host_key_page_dispose (GObject *object)
{
  GwHostKeyPage *self = GW_HOST_KEY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_HOST_KEY_PAGE);
  g_clear_object (&self->prompt);

  G_OBJECT_CLASS (gw_host_key_page_parent_class)->dispose (object);
}

static void
gw_host_key_page_class_init (GwHostKeyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_host_key_page_dispose;
  widget_class->map = gw_host_key_page_map;
  widget_class->unmap = gw_host_key_page_unmap;

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", GW_TYPE_HOST_KEY_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-host-key-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, heading);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, grid);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, authority);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, statement_box);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, icon);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, statement);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, warning);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, warning_text);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, stated);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, assistant);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, assistant_button);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, second_step);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, missing);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, name);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, replace);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, cancel);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, trust);
  gtk_widget_class_bind_template_callback (widget_class, on_accept);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_assistant);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, on_return, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, on_return, NULL);
}

static void
gw_host_key_page_init (GwHostKeyPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gw_host_key_page_new (GwPrompt *prompt)
{
  GwHostKeyPage *self;

  g_return_val_if_fail (GW_IS_PROMPT (prompt), NULL);

  self = g_object_new (GW_TYPE_HOST_KEY_PAGE, NULL);
  self->prompt = g_object_ref (prompt);
  fill (self);
  g_signal_connect_object (prompt, "statement-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
