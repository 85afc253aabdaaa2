/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-prompt-page.h"

#include "config.h"
#include "gw-secret-entry.h"

#include <glib/gi18n.h>


/* Far over any password, far under what a secret may have. */
#define MAX_CHARS 4096

struct _GwPromptPage {
  AdwBin parent_instance;

  GwPrompt *prompt;
  GtkLabel *heading;
  GtkLabel *target;
  GtkLabel *message;
  GtkWidget *frame;
  GtkWidget *says;
  GtkLabel *words;
  GtkBox *fields;
  GPtrArray *entries; /* GtkEditable, owned by `fields` */
};

G_DEFINE_FINAL_TYPE (GwPromptPage, gw_prompt_page, ADW_TYPE_BIN)

void
gw_prompt_page_clear (GwPromptPage *self)
{
  g_return_if_fail (GW_IS_PROMPT_PAGE (self));

  for (guint i = 0; i < self->entries->len; i++)
    gw_secret_entry_clear (g_ptr_array_index (self->entries, i));
}

static void
answer (GwPromptPage *self)
{
  g_autoptr (GPtrArray) secrets = NULL;

  secrets = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_sensitive_unref);
  for (guint i = 0; i < self->entries->len; i++)
    {
      g_autoptr (GError) error = NULL;
      GtkEditable *entry = g_ptr_array_index (self->entries, i);
      GwSensitive *secret = gw_sensitive_new (gtk_editable_get_text (entry), -1, &error);

      if (secret == NULL)
        {
          gtk_label_set_label (self->message, error->message);
          gtk_widget_set_visible (GTK_WIDGET (self->message), TRUE);
          return;
        }
      g_ptr_array_add (secrets, secret);
    }
  gw_prompt_page_clear (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  gw_prompt_answer (self->prompt, (GwSensitive **) secrets->pdata, secrets->len);
}

static void
on_ok (GtkWidget    *source,
       GwPromptPage *self)
{
  g_assert (GW_IS_PROMPT_PAGE (self));

  answer (self);
}

static void
on_cancel (GtkWidget    *source,
           GwPromptPage *self)
{
  g_assert (GW_IS_PROMPT_PAGE (self));

  gw_prompt_page_clear (self);
  gw_prompt_cancel (self->prompt);
}

/* Enter goes through the fields and answers in the last one. */
static void
on_activate (GtkEditable  *entry,
             GwPromptPage *self)
{
  guint index;

  g_assert (GW_IS_PROMPT_PAGE (self));

  if (g_ptr_array_find (self->entries, entry, &index) && index + 1 < self->entries->len)
    gtk_widget_grab_focus (g_ptr_array_index (self->entries, index + 1));
  else
    answer (self);
}

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  on_cancel (NULL, GW_PROMPT_PAGE (widget));
  return TRUE;
}

/* @text (nullable): the question above the field; @name: what assistive technology calls it. */
static void
add_field (GwPromptPage *self,
           const char   *text,
           const char   *name,
           gboolean      echo)
{
  GtkWidget *entry = echo ? gtk_entry_new () : gtk_password_entry_new ();

  if (text != NULL)
    {
      GtkWidget *label = gtk_label_new (text);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_box_append (self->fields, label);
    }
  if (echo)
    gtk_entry_set_max_length (GTK_ENTRY (entry), MAX_CHARS);
  else
    {
      gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (entry), TRUE);
      gw_secret_entry_protect (GTK_EDITABLE (entry));
    }
  gtk_editable_set_enable_undo (GTK_EDITABLE (entry), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (entry, "activate", G_CALLBACK (on_activate), self);
  gtk_box_append (self->fields, entry);
  g_ptr_array_add (self->entries, entry);
}

static void
add_server_fields (GwPromptPage *self)
{
  const char *name = gw_prompt_get_name (self->prompt);
  const char *instruction = gw_prompt_get_instruction (self->prompt);
  g_autofree char *words = NULL;

  words = g_strdup_printf ("%s%s%s", name, *name != '\0' && *instruction != '\0' ? "\n" : "",
                           instruction);
  gtk_label_set_label (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self->words), *words != '\0');
  for (guint i = 0; i < gw_prompt_get_n_fields (self->prompt); i++)
    {
      gboolean echo = FALSE;
      const char *text = gw_prompt_get_field (self->prompt, i, &echo);

      add_field (self, text, text, echo);
    }
  gtk_widget_add_css_class (self->frame, "gw-framed");
}

static void
fill (GwPromptPage *self)
{
  const char *message = "";

  switch (gw_prompt_get_kind (self->prompt))
    {
    case GW_PROMPT_PASSWORD:
      gtk_label_set_label (self->heading, _("Password"));
      message = gw_prompt_get_message (self->prompt);
      add_field (self, NULL, _("Password"), FALSE);
      break;
    case GW_PROMPT_PASSPHRASE:
      gtk_label_set_label (self->heading, _("Passphrase for Private Key"));
      message = gw_prompt_get_message (self->prompt);
      add_field (self, NULL, _("Passphrase for Private Key"), FALSE);
      break;
    case GW_PROMPT_INTERACTIVE:
    case GW_PROMPT_KEY:
      gtk_label_set_label (self->heading, _("Questions of the Server"));
      add_server_fields (self);
      break;
    case GW_PROMPT_HOST_KEY_UNKNOWN:
    case GW_PROMPT_HOST_KEY_CHANGED:
    default:
      g_return_if_reached ();
    }
  gtk_widget_set_visible (self->says, gw_prompt_get_kind (self->prompt) == GW_PROMPT_INTERACTIVE);
  if (gw_prompt_get_kind (self->prompt) != GW_PROMPT_INTERACTIVE)
    gtk_widget_set_visible (GTK_WIDGET (self->words), FALSE);
  gtk_label_set_label (self->message, message);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *message != '\0');
}

static gboolean
gw_prompt_page_grab_focus (GtkWidget *widget)
{
  GwPromptPage *self = GW_PROMPT_PAGE (widget);

  /* The server may ask nothing and only say something: then OK gets it by Tab. */
  return self->entries->len > 0 && gtk_widget_grab_focus (g_ptr_array_index (self->entries, 0));
}

static void
gw_prompt_page_dispose (GObject *object)
{
  GwPromptPage *self = GW_PROMPT_PAGE (object);

  if (self->entries != NULL)
    gw_prompt_page_clear (self);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_object (&self->prompt);
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_PROMPT_PAGE);

  G_OBJECT_CLASS (gw_prompt_page_parent_class)->dispose (object);
}

static void
gw_prompt_page_class_init (GwPromptPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_prompt_page_dispose;
  widget_class->grab_focus = gw_prompt_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-prompt-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, heading);
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, target);
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, message);
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, frame);
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, says);
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, words);
  gtk_widget_class_bind_template_child (widget_class, GwPromptPage, fields);
  gtk_widget_class_bind_template_callback (widget_class, on_ok);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
}

static void
gw_prompt_page_init (GwPromptPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries = g_ptr_array_new ();
}

GtkWidget *
gw_prompt_page_new (GwPrompt   *prompt,
                    const char *target)
{
  GwPromptPage *self;

  g_return_val_if_fail (GW_IS_PROMPT (prompt), NULL);

  self = g_object_new (GW_TYPE_PROMPT_PAGE, NULL);
  self->prompt = g_object_ref (prompt);
  gtk_label_set_label (self->target, target);
  fill (self);
  return GTK_WIDGET (self);
}
