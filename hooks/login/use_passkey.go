package login

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// askPasskey asks a device for any passkey of this co-op's; it names nobody, and so tells nothing.
func askPasskey(app core.App) (Ceremony, error) {
	rp, err := relyingParty(app)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, err
	}
	return Ceremony{ceremoniesOf(app).begin(data, now(app)), options.Response}, nil
}

// usePasskey lets whoever holds a passkey in, with PocketBase's own answer to a login.
func usePasskey(c *web.Call) error {
	var in NewPasskey
	if err := c.BindBody(&in); err != nil {
		return fault.Bad("input.json")
	}
	rp, err := relyingParty(c.App)
	if err != nil {
		return err
	}
	data, err := ceremoniesOf(c.App).take(in.Ceremony, now(c.App))
	if err != nil {
		return err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(in.Credential)
	if err != nil {
		return fault.Bad("login.passkey_refused")
	}
	found, used, err := rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) { return findOwner(c.App, string(handle)) }, data, answer)
	if err != nil || used.Authenticator.CloneWarning {
		c.App.Logger().Warn("a passkey did not fit", "error", err)
		return fault.Bad("login.passkey_refused")
	}
	raw, err := json.Marshal(used)
	if err != nil {
		return err
	}
	if err := exec(c.App, "UPDATE passkeys SET credential = {:credential}, used_on = {:today} WHERE id = {:id}",
		map[string]any{"credential": string(raw), "today": string(clock.Of(c.App).Today()), "id": used.ID}); err != nil {
		return err
	}
	return apis.RecordAuthResponse(c.RequestEvent, found.(owner).record, "passkey", nil)
}

// findOwner finds the login that a passkey was made for.
func findOwner(app core.App, handle string) (owner, error) {
	login, id, _ := strings.Cut(handle, "/")
	if !keepsSessions(login) {
		return owner{}, errors.New("login: a passkey of nobody's")
	}
	record, err := app.FindRecordById(login, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && gone(record) {
		return owner{}, errors.New("login: a passkey of somebody who left")
	}
	if err != nil {
		return owner{}, err
	}
	return ownerOf(app, record)
}
