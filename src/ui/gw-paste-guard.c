/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-paste-guard.h"

struct _GwPasteGuard {
  AdwBin parent_instance;

  GtkLabel *summary;
  GtkTextView *view;
};

G_DEFINE_FINAL_TYPE (GwPasteGuard, gw_paste_guard, ADW_TYPE_BIN)

enum {
  SIGNAL_PASTE,
  SIGNAL_CANCEL,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
accept (GwPasteGuard *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autoptr (GwPaste) paste = NULL;
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  /* Something may have been pasted into the view as well. */
  paste = gw_paste_new (text);
  g_signal_emit (self, signals[SIGNAL_PASTE], 0, paste->text);
}

static void
on_paste (GtkWidget    *source,
          GwPasteGuard *self)
{
  g_assert (GW_IS_PASTE_GUARD (self));

  accept (self);
}

static void
on_cancel (GtkWidget    *source,
           GwPasteGuard *self)
{
  g_assert (GW_IS_PASTE_GUARD (self));

  g_signal_emit (self, signals[SIGNAL_CANCEL], 0);
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GwPasteGuard          *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  g_assert (GW_IS_PASTE_GUARD (self));

  if (keyval == GDK_KEY_Escape && modifiers == 0)
    g_signal_emit (self, signals[SIGNAL_CANCEL], 0);
  else if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
           && modifiers == GDK_CONTROL_MASK)
    accept (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
gw_paste_guard_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (GW_PASTE_GUARD (widget)->view));
}

static void
gw_paste_guard_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_PASTE_GUARD);

  G_OBJECT_CLASS (gw_paste_guard_parent_class)->dispose (object);
}

static void
gw_paste_guard_class_init (GwPasteGuardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_paste_guard_dispose;
  widget_class->grab_focus = gw_paste_guard_grab_focus;

  signals[SIGNAL_PASTE] = g_signal_new ("paste", GW_TYPE_PASTE_GUARD, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1,
                                        G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_CANCEL] = g_signal_new ("cancel", GW_TYPE_PASTE_GUARD, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-paste-guard.ui");
  gtk_widget_class_bind_template_child (widget_class, GwPasteGuard, summary);
  gtk_widget_class_bind_template_child (widget_class, GwPasteGuard, view);
  gtk_widget_class_bind_template_callback (widget_class, on_paste);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
gw_paste_guard_init (GwPasteGuard *self)
{
  GtkEventController *keys;

  gtk_widget_init_template (GTK_WIDGET (self));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
gw_paste_guard_new (GwPaste *paste)
{
  GwPasteGuard *self;
  g_autofree char *summary = NULL;

  g_return_val_if_fail (paste != NULL, NULL);

  self = g_object_new (GW_TYPE_PASTE_GUARD, NULL);
  summary = gw_paste_summarize (paste);
  gtk_label_set_label (self->summary, summary);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), paste->text, -1);
  return GTK_WIDGET (self);
}
