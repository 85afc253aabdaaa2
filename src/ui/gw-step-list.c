/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-step-list.h"

#include "config.h"

#include <glib/gi18n.h>

/* Below this a time has tenths of a second. */
#define TENTHS_BELOW (10 * G_USEC_PER_SEC - G_USEC_PER_SEC / 20)
#define TENTH 100
#define SECOND 1000

typedef struct {
  GtkWidget *row;
  GtkStack  *stack;
  GtkWidget *image;
  GtkWidget *spinner;
  GtkWidget *title;
  GtkLabel  *note;
  GtkLabel  *time;
  char      *spoken;
} Row;

struct _GwStepList
{
  AdwBin         parent_instance;

  GwKeyDelivery *delivery;
  gboolean       ended;
  char          *connection; /* or NULL */
  Row            rows[GW_N_STEPS];
  GtkLabel      *validity;
  guint          timer_id;
  guint          interval; /* of the timer, milliseconds */
};

G_DEFINE_FINAL_TYPE (GwStepList, gw_step_list, ADW_TYPE_BIN)

static char *
format_time (gint64 time)
{
  if (time < G_USEC_PER_SEC / 20)
    /* Translators: a time in seconds; the unit is “s”. */
    return g_strdup (_("< 0.1 s"));
  if (time < TENTHS_BELOW)
    /* Translators: a time in seconds; the unit is “s”. */
    return g_strdup_printf (_("%.1f s"), time / (double) G_USEC_PER_SEC);
  /* Translators: a time in seconds; the unit is “s”. */
  return g_strdup_printf (_("%d s"), (int) (time / G_USEC_PER_SEC));
}

static const char *
get_note (GwStepList *self,
          GwStep      step)
{
  const char *note = gw_key_delivery_get_note (self->delivery, step);

  if (note == NULL && step == GW_STEP_LOGIN && !self->ended
      && gw_key_delivery_get_state (self->delivery, step) == GW_STEP_WAITING)
    note = self->connection;
  return note != NULL ? note : "";
}

/* Without the time of a step that goes on: it would be read out again and again. */
static void
speak (GwStepList  *self,
       GwStep       step,
       const char  *state,
       const char  *time)
{
  Row *row = &self->rows[step];
  const char *note = get_note (self, step);
  g_autoptr (GString) text = g_string_new (gw_step_title (step));

  g_string_append_printf (text, ", %s", state);
  if (*time != '\0')
    g_string_append_printf (text, ", %s", time);
  if (*note != '\0')
    g_string_append_printf (text, ", %s", note);
  if (g_strcmp0 (text->str, row->spoken) == 0)
    return;
  g_free (row->spoken);
  row->spoken = g_strdup (text->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  row->spoken, -1);
}

static void
set_dim (GtkWidget *widget,
         gboolean   dim)
{
  if (dim)
    gtk_widget_add_css_class (widget, "dim-label");
  else
    gtk_widget_remove_css_class (widget, "dim-label");
}

static void
set_image (Row        *row,
           const char *icon,
           const char *css_class)
{
  const char *classes[] = { css_class, NULL };

  gtk_image_set_from_icon_name (GTK_IMAGE (row->image), icon);
  gtk_widget_set_css_classes (row->image, classes);
}

static void
update_row (GwStepList *self,
            GwStep      step)
{
  Row *row = &self->rows[step];
  GwStepState state = gw_key_delivery_get_state (self->delivery, step);
  gboolean runs = state == GW_STEP_RUNNING && !self->ended;
  g_autofree char *time = format_time (gw_key_delivery_get_time (self->delivery, step));
  const char *note = get_note (self, step);

  gtk_stack_set_visible_child (row->stack, runs ? row->spinner : row->image);
  gtk_spinner_set_spinning (GTK_SPINNER (row->spinner),
                            runs && gtk_widget_get_mapped (GTK_WIDGET (self)));
  set_dim (row->title, state == GW_STEP_WAITING || state == GW_STEP_SKIPPED);
  gtk_label_set_label (row->note, note);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->note), *note != '\0' ? note : NULL);
  gtk_label_set_label (row->time, state == GW_STEP_WAITING ? ""
                                  /* Translators: beside a step that was not needed. */
                                  : state == GW_STEP_SKIPPED ? _("known") : time);
  /* Nobody waits for a turn that is free. */
  if (step == GW_STEP_TURN)
    gtk_widget_set_visible (row->row, state != GW_STEP_WAITING && state != GW_STEP_SKIPPED);
  switch (state)
    {
    case GW_STEP_WAITING:
      set_image (row, "media-record-symbolic", "gw-step-waiting");
      /* Translators: a step that has not begun, for screen readers. */
      speak (self, step, _("waiting"), "");
      break;
    case GW_STEP_RUNNING:
      set_image (row, "process-stop-symbolic", "dim-label");
      /* Translators: a step, for screen readers. */
      speak (self, step, self->ended ? _("stopped") : _("under way"), "");
      break;
    case GW_STEP_DONE:
      set_image (row, "object-select-symbolic", "success");
      /* Translators: a step, for screen readers. */
      speak (self, step, _("done"), time);
      break;
    case GW_STEP_SKIPPED:
      set_image (row, "object-select-symbolic", "dim-label");
      /* Translators: a step that was not needed, for screen readers. */
      speak (self, step, _("skipped"), "");
      break;
    case GW_STEP_FAILED:
      set_image (row, "dialog-error-symbolic", "error");
      /* Translators: a step, for screen readers. */
      speak (self, step, _("failed"), time);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
update_validity (GwStepList *self)
{
  gint64 expiry = self->ended ? 0 : gw_key_delivery_get_expiry (self->delivery);
  gint64 left = expiry - g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (expiry == 0)
    text = g_strdup ("");
  else if (left <= 0)
    text = g_strdup (_("The key has expired"));
  else
    {
      guint seconds = (guint) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);

      text = g_strdup_printf (ngettext ("The key is valid for %u s", "The key is valid for %u s",
                                        seconds), seconds);
    }
  gtk_label_set_label (self->validity, text);
}

/* Milliseconds after which what is shown is out of date; 0 for never. */
static guint
get_interval (GwStepList *self)
{
  guint interval = 0;

  if (self->ended || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return 0;
  if (gw_key_delivery_get_expiry (self->delivery) > g_get_monotonic_time ())
    interval = SECOND;
  for (guint i = 0; i < GW_N_STEPS; i++)
    if (gw_key_delivery_get_state (self->delivery, i) == GW_STEP_RUNNING)
      return gw_key_delivery_get_time (self->delivery, i) < TENTHS_BELOW ? TENTH : SECOND;
  return interval;
}

static void update (GwStepList *self);

static gboolean
on_timer (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
update (GwStepList *self)
{
  guint interval = get_interval (self);

  g_assert (GW_IS_STEP_LIST (self));

  for (guint i = 0; i < GW_N_STEPS; i++)
    update_row (self, i);
  update_validity (self);
  if (interval == self->interval)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (interval != 0)
    self->timer_id = g_timeout_add (interval, on_timer, self);
  self->interval = interval;
}

static void
gw_step_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gw_step_list_parent_class)->map (widget);
  update (GW_STEP_LIST (widget));
}

static void
gw_step_list_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gw_step_list_parent_class)->unmap (widget);
  update (GW_STEP_LIST (widget));
}

static void
gw_step_list_dispose (GObject *object)
{
  GwStepList *self = GW_STEP_LIST (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->delivery != NULL)
    g_signal_handlers_disconnect_by_data (self->delivery, self);

  G_OBJECT_CLASS (gw_step_list_parent_class)->dispose (object);
}

static void
gw_step_list_finalize (GObject *object)
{
  GwStepList *self = GW_STEP_LIST (object);

  for (guint i = 0; i < GW_N_STEPS; i++)
    g_free (self->rows[i].spoken);
  g_free (self->connection);
  g_clear_object (&self->delivery);

  G_OBJECT_CLASS (gw_step_list_parent_class)->finalize (object);
}

static void
gw_step_list_class_init (GwStepListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_step_list_dispose;
  object_class->finalize = gw_step_list_finalize;
  widget_class->map = gw_step_list_map;
  widget_class->unmap = gw_step_list_unmap;
}

/* What the row says as a whole is not said again by its parts. */
static GtkWidget *
make_part (GType type)
{
  return g_object_new (type, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static GtkWidget *
make_label (float xalign)
{
  GtkWidget *label = make_part (GTK_TYPE_LABEL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
make_row (Row    *row,
          GwStep  step)
{
  GtkWidget *box = make_part (GTK_TYPE_BOX);

  row->stack = GTK_STACK (make_part (GTK_TYPE_STACK));
  row->image = make_part (GTK_TYPE_IMAGE);
  row->spinner = make_part (GTK_TYPE_SPINNER);
  gtk_stack_add_child (row->stack, row->image);
  gtk_stack_add_child (row->stack, row->spinner);

  row->title = make_label (0);
  gtk_label_set_label (GTK_LABEL (row->title), gw_step_title (step));
  row->note = GTK_LABEL (make_label (0));
  gtk_widget_set_hexpand (GTK_WIDGET (row->note), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (row->note), "dim-label");
  row->time = GTK_LABEL (make_label (1));
  gtk_label_set_width_chars (row->time, 6);
  gtk_widget_add_css_class (GTK_WIDGET (row->time), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (row->time), "dim-label");

  gtk_box_set_spacing (GTK_BOX (box), 9);
  gtk_widget_set_margin_top (box, 2);
  gtk_widget_set_margin_bottom (box, 2);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->stack));
  gtk_box_append (GTK_BOX (box), row->title);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->note));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->time));
  row->row = gtk_list_box_row_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row->row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row->row), box);
}

static void
gw_step_list_init (GwStepList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "gw-plain-list");
  gtk_widget_add_css_class (list, "gw-framed");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Steps"),
                                  -1);
  for (guint i = 0; i < GW_N_STEPS; i++)
    {
      make_row (&self->rows[i], i);
      gtk_list_box_append (GTK_LIST_BOX (list), self->rows[i].row);
    }
  gtk_box_append (GTK_BOX (box), list);

  self->validity = GTK_LABEL (gtk_label_new (""));
  gtk_widget_add_css_class (GTK_WIDGET (self->validity), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->validity), "numeric");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->validity));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
gw_step_list_new (GwKeyDelivery *delivery,
                  gboolean       ended)
{
  GwStepList *self;

  g_return_val_if_fail (GW_IS_KEY_DELIVERY (delivery), NULL);

  self = g_object_new (GW_TYPE_STEP_LIST, NULL);
  self->delivery = g_object_ref (delivery);
  self->ended = ended;
  /* It has its place from the start, but none where it will never say anything. */
  gtk_widget_set_visible (GTK_WIDGET (self->validity), !ended);
  if (!ended)
    g_signal_connect_swapped (delivery, "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

void
gw_step_list_set_connection (GwStepList *self,
                             const char *text)
{
  g_return_if_fail (GW_IS_STEP_LIST (self));

  if (g_strcmp0 (self->connection, text) == 0)
    return;
  g_free (self->connection);
  self->connection = g_strdup (text);
  update (self);
}
