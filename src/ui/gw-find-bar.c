/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-find-bar.h"

#include <string.h>

/* Only its constants: VTE does the matching. */
#define PCRE2_CODE_UNIT_WIDTH 0
#include <pcre2.h>

struct _GwFindBar {
  AdwBin parent_instance;

  VteTerminal *terminal;
  GtkEditable *entry;
  GtkWidget *nothing;
  GtkToggleButton *match_case;
  GtkToggleButton *expression;
};

G_DEFINE_FINAL_TYPE (GwFindBar, gw_find_bar, ADW_TYPE_BIN)

enum {
  SIGNAL_CLOSED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
show_result (GwFindBar *self,
             gboolean   found)
{
  gtk_widget_set_visible (self->nothing, !found);
  if (found)
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
}

/* The regex of what is typed now; %NULL for an empty or broken one. */
static VteRegex *
compile (GwFindBar *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  g_autofree char *literal = NULL;
  g_autoptr (GError) error = NULL;
  guint32 flags = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_UCP | PCRE2_MULTILINE;
  VteRegex *regex;

  if (*text == '\0')
    return NULL;
  if (!gtk_toggle_button_get_active (self->match_case))
    flags |= PCRE2_CASELESS;
  if (!gtk_toggle_button_get_active (self->expression))
    text = literal = g_regex_escape_string (text, -1);
  regex = vte_regex_new_for_search (text, -1, flags, &error);
  if (regex == NULL)
    g_debug ("Not a regular expression: %s", error->message);
  return regex;
}

static void
on_search_changed (GtkWidget *source,
                   GwFindBar *self)
{
  VteRegex *regex;

  g_assert (GW_IS_FIND_BAR (self));

  regex = compile (self);
  vte_terminal_search_set_regex (self->terminal, regex, 0);
  if (regex == NULL)
    show_result (self, *gtk_editable_get_text (self->entry) == '\0');
  else
    {
      /* Each letter looks again from the newest line upwards, as if nothing had been found yet. */
      vte_terminal_unselect_all (self->terminal);
      gw_find_bar_find (self, FALSE);
      vte_regex_unref (regex);
    }
}

static void
on_next (GtkWidget *source,
         GwFindBar *self)
{
  g_assert (GW_IS_FIND_BAR (self));

  gw_find_bar_find (self, TRUE);
}

static void
on_previous (GtkWidget *source,
             GwFindBar *self)
{
  g_assert (GW_IS_FIND_BAR (self));

  gw_find_bar_find (self, FALSE);
}

static void
on_close (GtkWidget *source,
          GwFindBar *self)
{
  g_assert (GW_IS_FIND_BAR (self));

  gw_find_bar_close (self);
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GwFindBar             *self)
{
  g_assert (GW_IS_FIND_BAR (self));

  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
      || (state & gtk_accelerator_get_default_mod_mask ()) != GDK_SHIFT_MASK)
    return GDK_EVENT_PROPAGATE;
  gw_find_bar_find (self, FALSE);
  return GDK_EVENT_STOP;
}

static gboolean
gw_find_bar_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (GW_FIND_BAR (widget)->entry));
}

static void
gw_find_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_FIND_BAR);

  G_OBJECT_CLASS (gw_find_bar_parent_class)->dispose (object);
}

static void
gw_find_bar_class_init (GwFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_find_bar_dispose;
  widget_class->grab_focus = gw_find_bar_grab_focus;

  signals[SIGNAL_CLOSED] = g_signal_new ("closed", GW_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GwFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, GwFindBar, nothing);
  gtk_widget_class_bind_template_child (widget_class, GwFindBar, match_case);
  gtk_widget_class_bind_template_child (widget_class, GwFindBar, expression);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
}

static void
gw_find_bar_init (GwFindBar *self)
{
  GtkEventController *keys;

  gtk_widget_init_template (GTK_WIDGET (self));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

void
gw_find_bar_set_terminal (GwFindBar   *self,
                          VteTerminal *terminal)
{
  g_return_if_fail (GW_IS_FIND_BAR (self));
  g_return_if_fail (VTE_IS_TERMINAL (terminal));

  self->terminal = terminal;
}

void
gw_find_bar_open (GwFindBar *self)
{
  g_return_if_fail (GW_IS_FIND_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_editable_select_region (self->entry, 0, -1);
}

void
gw_find_bar_close (GwFindBar *self)
{
  g_return_if_fail (GW_IS_FIND_BAR (self));

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

gboolean
gw_find_bar_find (GwFindBar *self,
                  gboolean   forward)
{
  gboolean found;

  g_return_val_if_fail (GW_IS_FIND_BAR (self), FALSE);

  if (vte_terminal_search_get_regex (self->terminal) == NULL)
    return FALSE;
  found = forward ? vte_terminal_search_find_next (self->terminal)
                  : vte_terminal_search_find_previous (self->terminal);
  show_result (self, found);
  return found;
}
