package notice

import (
	"errors"
	"net/mail"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"
)

// MailManagers sends a plain letter to every manager; where no mail server is set it does nothing. It waits
// for the mail server: call it where nobody waits for the answer.
func MailManagers(app core.App, subject, text string) error {
	if !app.Settings().SMTP.Enabled {
		return nil
	}
	managers, err := app.FindAllRecords(core.CollectionNameSuperusers)
	if err != nil {
		return err
	}
	meta, client := app.Settings().Meta, app.NewMailClient()
	var failed []error
	for _, m := range managers {
		failed = append(failed, client.Send(&mailer.Message{From: mail.Address{Name: meta.SenderName, Address: meta.SenderAddress},
			To: []mail.Address{{Address: m.Email()}}, Subject: subject, Text: text}))
	}
	return errors.Join(failed...)
}
