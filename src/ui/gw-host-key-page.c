/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-host-key-page.h"

#include "gw-key-text.h"

#include "config.h"

#include <glib/gi18n.h>

struct _GwHostKeyPage {
  AdwBin parent_instance;

  GwPrompt *prompt;
  GtkLabel *heading;
  GtkLabel *explanation;
  GtkGrid *grid;
  int n_rows;
  GtkWidget *authority;
  GtkWidget *second_step;
  GtkLabel *missing;
  GtkEditable *name;
  GtkWidget *replace;
  GtkWidget *cancel;
  GtkWidget *trust;
};

G_DEFINE_FINAL_TYPE (GwHostKeyPage, gw_host_key_page, ADW_TYPE_BIN)

enum {
  SIGNAL_NOTICE,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

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
  gtk_widget_set_sensitive (self->replace, right);
  hint = right ? g_strdup (_("The stored keys of this host will be replaced by the new one."))
               /* Translators: %s is a host name or address. */
               : g_strdup_printf (_("Only if you know why the key changed: type “%s” to go on."),
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

static void
fill (GwHostKeyPage *self)
{
  GwPrompt *prompt = self->prompt;
  gboolean changed = gw_prompt_get_kind (prompt) == GW_PROMPT_HOST_KEY_CHANGED;
  g_autofree char *port = g_strdup_printf ("%u", gw_prompt_get_port (prompt));

  gtk_label_set_label (self->heading, changed ? _("Host Key Changed") : _("Unknown Host Key"));
  gtk_label_set_label (self->explanation,
                       changed
                         ? _("The server shows another key than the one stored for this host. "
                             "Either the server was set up anew, or somebody is between you and "
                             "it. Nothing secret has been sent.")
                         : _("No key is stored for this host. Compare the fingerprint with one "
                             "that you got in another way, such as from the console of the "
                             "instance."));
  add_row (self, _("Host"), gw_prompt_get_host (prompt), FALSE);
  add_row (self, _("Port"), port, FALSE);
  if (changed)
    add_stored (self);
  add_row (self, changed ? _("New Key") : _("Key Type"),
           gw_key_type_title (gw_prompt_get_key_type (prompt)), FALSE);
  add_row (self, _("Fingerprint"), gw_prompt_get_fingerprint (prompt), TRUE);
  gtk_widget_set_visible (self->authority, gw_prompt_has_authority (prompt));
  gtk_widget_set_visible (self->second_step, changed);
  gtk_widget_set_visible (self->trust, !changed);
  if (changed)
    gtk_widget_add_css_class (self->cancel, "suggested-action");
  on_name_changed (NULL, self);
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

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", GW_TYPE_HOST_KEY_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-host-key-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, heading);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, grid);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, authority);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, second_step);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, missing);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, name);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, replace);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, cancel);
  gtk_widget_class_bind_template_child (widget_class, GwHostKeyPage, trust);
  gtk_widget_class_bind_template_callback (widget_class, on_accept);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
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
  return GTK_WIDGET (self);
}
