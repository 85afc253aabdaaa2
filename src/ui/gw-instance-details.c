/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-instance-details.h"

#include "config.h"

#include "gw-endpoint.h"
#include "gw-instance-values.h"
#include "gw-link.h"
#include "gw-obstacle.h"
#include "gw-reach-dialog.h"

#include <glib/gi18n.h>

/* Seconds after which the age of the state is said anew. */
#define AGE_INTERVAL 30

#define GW_TYPE_INSTANCE_DETAILS (gw_instance_details_get_type ())
G_DECLARE_FINAL_TYPE (GwInstanceDetails, gw_instance_details, GW, INSTANCE_DETAILS, AdwWindow)

struct _GwInstanceDetails
{
  AdwWindow        parent_instance;

  AdwWindowTitle  *title;
  GtkWidget       *connect_button;
  GtkWidget       *browser_button;
  AdwToastOverlay *toasts;
  GtkWidget       *note;
  GtkLabel        *note_label;
  GtkBox          *groups;
  GtkWidget       *check_button; /* of the network's group, if that is there */

  GwCatalogue     *catalogue;
  GwCloudAccounts *accounts; /* (nullable) */
  GSettings       *settings;
  GwInstance      *instance;
  GPtrArray       *values;   /* (element-type GwInstanceValue): those shown */
  GPtrArray       *labels;   /* (element-type GtkLabel): of each of them */
  guint            age_id;
};

G_DEFINE_FINAL_TYPE (GwInstanceDetails, gw_instance_details, ADW_TYPE_WINDOW)

enum { CONNECT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
toast (GwInstanceDetails *self,
       const char        *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *notice = adw_toast_new (escaped);

  adw_toast_set_timeout (notice, 2);
  adw_toast_overlay_add_toast (self->toasts, notice);
}

static void
on_copy (GtkWidget         *button,
         GwInstanceDetails *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "gw-index"));
  const GwInstanceValue *value;

  g_assert (GW_IS_INSTANCE_DETAILS (self));

  value = self->values->pdata[i];
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), value->raw);
  toast (self, _("Copied"));
}

static GtkWidget *
make_copy_button (GwInstanceDetails *self,
                  guint              i)
{
  const GwInstanceValue *value = self->values->pdata[i];
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  g_autofree char *title = NULL;

  /* Translators: name of a value, such as “Private Address”, or the tag itself. */
  title = g_strdup_printf (_("Copy %s"), *value->name != '\0' ? value->name : value->raw);
  g_object_set_data (G_OBJECT (button), "gw-index", GUINT_TO_POINTER (i));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Copy"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_copy), self, 0);
  return button;
}

static GtkWidget *
make_label (const char *text,
            gboolean    is_name)
{
  GtkWidget *label = gtk_label_new (text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* They would look as if they were in the value. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), !is_name);
  if (is_name)
    {
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
    }
  return label;
}

static GtkWidget *
make_row (GwInstanceDetails *self,
          guint              i)
{
  const GwInstanceValue *value = self->values->pdata[i];
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *label = make_label (value->shown, FALSE);

  gtk_widget_add_css_class (box, "gw-value");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  if (*value->name != '\0')
    {
      GtkWidget *name = make_label (value->name, TRUE);

      gtk_box_append (GTK_BOX (texts), name);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                      name, NULL, -1);
    }
  gtk_box_append (GTK_BOX (texts), label);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), make_copy_button (self, i));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  g_ptr_array_add (self->labels, label);
  return row;
}

static gboolean
is_alike (GPtrArray *a,
          GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const GwInstanceValue *one = a->pdata[i], *other = b->pdata[i];

      /* The name of a tag's button is the tag. */
      if (g_strcmp0 (one->group, other->group) != 0 || g_strcmp0 (one->name, other->name) != 0
          || (*one->name == '\0' && !g_str_equal (one->raw, other->raw)))
        return FALSE;
    }
  return TRUE;
}

/* The way that Connect would take. */
static void
on_check (GwInstanceDetails *self)
{
  g_autoptr (GListModel) connections = gw_connection_list_for (self->instance);
  g_autoptr (GwConnection) connection = NULL;
  guint port = gw_instance_get_port (self->instance);

  g_assert (GW_IS_INSTANCE_DETAILS (self));

  connection = g_list_model_get_item (connections, gw_connection_choose (connections, NULL, NULL));
  if (connection == NULL)
    toast (self, _("This instance has no address to connect to."));
  else
    gtk_window_present (GTK_WINDOW (gw_reach_dialog_new (GTK_WINDOW (self), self->accounts,
                                                         self->settings, self->instance,
                                                         connection,
                                                         port != 0 ? port : GW_DEFAULT_PORT)));
}

static void
add_check_button (GwInstanceDetails   *self,
                  AdwPreferencesGroup *group)
{
  self->check_button = gtk_button_new_with_label (_("Check Security Groups…"));
  gtk_widget_add_css_class (self->check_button, "flat");
  gtk_widget_set_valign (self->check_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->check_button, "clicked", G_CALLBACK (on_check), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (group, self->check_button);
}

static void
rebuild (GwInstanceDetails *self)
{
  AdwPreferencesGroup *group = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))) != NULL)
    gtk_box_remove (self->groups, child);
  g_ptr_array_set_size (self->labels, 0);
  self->check_button = NULL;
  for (guint i = 0; i < self->values->len; i++)
    {
      const GwInstanceValue *value = self->values->pdata[i];
      const GwInstanceValue *last = i > 0 ? self->values->pdata[i - 1] : NULL;

      if (last == NULL || g_strcmp0 (last->group, value->group) != 0)
        {
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, value->group);
          gtk_box_append (self->groups, GTK_WIDGET (group));
          if (g_strcmp0 (value->group, _("Network")) == 0)
            add_check_button (self, group);
        }
      adw_preferences_group_add (group, make_row (self, i));
    }
}

static void
show_note (GwInstanceDetails *self)
{
  g_autofree char *text = NULL;

  text = gw_obstacle_describe (self->instance, g_get_real_time () / G_USEC_PER_SEC);
  gtk_widget_set_visible (self->note, text != NULL);
  if (text != NULL && !g_str_equal (gtk_label_get_text (self->note_label), text))
    gtk_label_set_text (self->note_label, text);
}

static GwEcsSource *
find_source (GwInstanceDetails *self)
{
  if (self->accounts == NULL)
    return NULL;
  return gw_cloud_accounts_find_source (self->accounts, self->instance);
}

/* Rows stay where they can: a text that is being selected must not go with the next answer. */
static void
update (GwInstanceDetails *self)
{
  GwEcsSource *source = find_source (self);
  g_autoptr (GPtrArray) values = gw_instance_values_list (self->instance, source);
  gboolean alike = is_alike (self->values, values);

  g_assert (GW_IS_INSTANCE_DETAILS (self));

  g_clear_pointer (&self->values, g_ptr_array_unref);
  self->values = g_steal_pointer (&values);
  if (!alike)
    rebuild (self);
  for (guint i = 0; alike && i < self->values->len; i++)
    {
      const GwInstanceValue *value = self->values->pdata[i];
      GtkLabel *label = self->labels->pdata[i];

      if (!g_str_equal (gtk_label_get_text (label), value->shown))
        gtk_label_set_text (label, value->shown);
    }
  adw_window_title_set_subtitle (self->title, gw_instance_get_title (self->instance));
  gtk_widget_set_visible (self->browser_button, source != NULL);
  if (self->check_button != NULL)
    gtk_widget_set_visible (self->check_button, source != NULL);
  show_note (self);
}

static gboolean
on_age (gpointer user_data)
{
  update (GW_INSTANCE_DETAILS (user_data));
  return G_SOURCE_CONTINUE;
}

/* A window that nobody looks at does not wake up; what it says is made up for. */
static void
update_age (GwInstanceDetails *self)
{
  gboolean watched = gtk_window_is_active (GTK_WINDOW (self)) &&
                     gtk_widget_get_mapped (GTK_WIDGET (self));

  g_assert (GW_IS_INSTANCE_DETAILS (self));

  if (watched == (self->age_id != 0))
    return;
  if (!watched)
    {
      g_clear_handle_id (&self->age_id, g_source_remove);
      return;
    }
  self->age_id = g_timeout_add_seconds (AGE_INTERVAL, on_age, self);
  update (self);
}

static void
on_connect (GwInstanceDetails *self)
{
  g_assert (GW_IS_INSTANCE_DETAILS (self));

  g_signal_emit (self, signals[CONNECT], 0, self->instance);
}

static void
on_browsed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GwInstanceDetails) self = user_data;
  g_autoptr (GError) error = NULL;

  /* It may be closed by now. */
  if (!gw_link_open_finish (result, &error) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    toast (self, error->message);
}

static void
on_browser (GwInstanceDetails *self)
{
  g_autofree char *uri = gw_cloud_console_uri (self->instance);

  g_assert (GW_IS_INSTANCE_DETAILS (self));

  if (uri != NULL)
    gw_link_open_async (GTK_WIDGET (self), uri, NULL, on_browsed, g_object_ref (self));
}

static void
gw_instance_details_dispose (GObject *object)
{
  GwInstanceDetails *self = GW_INSTANCE_DETAILS (object);

  g_clear_handle_id (&self->age_id, g_source_remove);
  g_clear_object (&self->instance);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (gw_instance_details_parent_class)->dispose (object);
}

static void
gw_instance_details_finalize (GObject *object)
{
  GwInstanceDetails *self = GW_INSTANCE_DETAILS (object);

  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_clear_pointer (&self->labels, g_ptr_array_unref);

  G_OBJECT_CLASS (gw_instance_details_parent_class)->finalize (object);
}

static void
gw_instance_details_class_init (GwInstanceDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_instance_details_dispose;
  object_class->finalize = gw_instance_details_finalize;

  signals[CONNECT] = g_signal_new ("connect-instance", G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   GW_TYPE_INSTANCE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-instance-details.ui");
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, title);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, connect_button);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, browser_button);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, toasts);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, note);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, note_label);
  gtk_widget_class_bind_template_child (widget_class, GwInstanceDetails, groups);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
  gtk_widget_class_bind_template_callback (widget_class, on_browser);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
gw_instance_details_init (GwInstanceDetails *self)
{
  self->labels = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
gw_instance_details_new (GtkWindow       *parent,
                         GwCatalogue     *catalogue,
                         GwCloudAccounts *accounts,
                         GSettings       *settings,
                         GwInstance      *instance)
{
  GwInstanceDetails *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  self = g_object_new (GW_TYPE_INSTANCE_DETAILS, "transient-for", parent, NULL);
  self->catalogue = g_object_ref (catalogue);
  g_set_object (&self->accounts, accounts);
  self->settings = g_object_ref (settings);
  self->instance = g_object_ref (instance);
  g_signal_connect_object (instance, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (update_age), NULL);
  g_signal_connect (self, "map", G_CALLBACK (update_age), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (update_age), NULL);
  update (self);
  gtk_widget_grab_focus (self->connect_button);
  return GTK_WINDOW (self);
}
