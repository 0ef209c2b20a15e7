package login

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// Passkey is one as its owner sees it.
type Passkey struct {
	ID      string     `json:"id"`
	Browser string     `json:"browser"`
	System  string     `json:"system"`
	AddedOn clock.Date `json:"added_on"`
	UsedOn  clock.Date `json:"used_on"` // empty: not yet
}

// Passkeys are those of one login.
type Passkeys struct {
	Passkeys []Passkey `json:"passkeys"`
}

func listPasskeys(app core.App, who *core.Record) (Passkeys, error) {
	all := Passkeys{[]Passkey{}}
	err := act.Each(act.Read(app), "SELECT id, browser, system, added_on, used_on FROM passkeys WHERE "+passkeyByOwner+" ORDER BY added_on, id", []any{who.Collection().Name, who.Id}, func(row act.Scanner) error {
		var p Passkey
		var id []byte
		err := row.Scan(&id, &p.Browser, &p.System, &p.AddedOn, &p.UsedOn)
		p.ID = nameOf(id)
		all.Passkeys = append(all.Passkeys, p)
		return err
	})
	return all, err
}

// beginPasskey asks the caller's device to make a passkey.
func beginPasskey(app core.App, who *core.Record) (Ceremony, error) {
	rp, err := relyingParty(app)
	if err != nil {
		return Ceremony{}, err
	}
	o, err := ownerOf(app, who)
	if err != nil {
		return Ceremony{}, err
	}
	if len(o.keys) >= maxPasskeys {
		return Ceremony{}, fault.Refused("login.passkeys_full", fault.Params{"max": maxPasskeys})
	}
	options, data, err := rp.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, err
	}
	return Ceremony{ceremoniesOf(app).begin(data, now(app)), options.Response}, nil
}

// NewPasskey is a device's answer.
type NewPasskey struct {
	Ceremony   string          `json:"ceremony"`
	Credential json.RawMessage `json:"credential"`
}

// AddPasskey keeps what the device made. Of the device, the file knows its public key.
func AddPasskey(ctx context.Context, app core.App, key string, by act.Actor, who *core.Record, userAgent string, in NewPasskey) (Done, bool, error) {
	rp, err := relyingParty(app)
	if err != nil {
		return Done{}, false, err
	}
	data, err := ceremoniesOf(app).take(in.Ceremony, now(app))
	if err != nil {
		return Done{}, false, err
	}
	o, err := ownerOf(app, who)
	if err != nil {
		return Done{}, false, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(in.Credential)
	if err != nil || !bytes.Equal(data.UserID, o.WebAuthnID()) {
		return Done{}, false, fault.Bad("login.passkey_refused")
	}
	made, err := rp.CreateCredential(o, data, answer)
	if err != nil {
		app.Logger().Warn("a passkey was not accepted", "error", err)
		return Done{}, false, fault.Bad("login.passkey_refused")
	}
	raw, err := json.Marshal(made)
	if err != nil {
		return Done{}, false, err
	}
	login := who.Collection().Name
	browser, system := deviceOf(userAgent)
	return act.Do(ctx, app, act.Act{Kind: "login.add_passkey", Key: key, By: by, Input: nameOf(made.ID)}, func(tx *act.Tx) (Done, error) {
		var known bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM passkeys WHERE id = ?)", made.ID).Scan(&known); err != nil {
			return Done{}, err
		}
		if known {
			return Done{}, fault.Refused("login.passkey_known")
		}
		if err := tx.Exec("INSERT INTO passkeys(id, login, record, credential, browser, system, added_on, used_on, act) VALUES(?, ?, ?, ?, ?, ?, ?, '', ?)",
			made.ID, login, who.Id, string(raw), browser, system, string(tx.Today()), tx.ID()); err != nil {
			return Done{}, err
		}
		if err := tellOwner(tx, app, who, notice.KeyAdded); err != nil {
			return Done{}, err
		}
		return Done{true}, note(tx, login, who.Id, "passkey_added")
	})
}

// OldPasskey names one to be removed.
type OldPasskey struct {
	Passkey string `json:"passkey"`
}

// RemovePasskey forgets a passkey of the caller's own.
func RemovePasskey(ctx context.Context, app core.App, key string, by act.Actor, who *core.Record, in OldPasskey) (Done, bool, error) {
	id, err := base64.RawURLEncoding.DecodeString(in.Passkey)
	if err != nil || len(id) == 0 || len(id) > 1023 {
		return Done{}, false, fault.NotFound("login.passkey_unknown")
	}
	login := who.Collection().Name
	return act.Do(ctx, app, act.Act{Kind: "login.remove_passkey", Key: key, By: by, Input: in}, func(tx *act.Tx) (Done, error) {
		var mine bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM passkeys WHERE id = ? AND "+passkeyByOwner+")", id, login, who.Id).Scan(&mine); err != nil {
			return Done{}, err
		}
		if !mine {
			return Done{}, fault.NotFound("login.passkey_unknown")
		}
		if err := tx.Exec("DELETE FROM passkeys WHERE id = ?", id); err != nil {
			return Done{}, err
		}
		if err := tellOwner(tx, app, who, notice.KeyRemoved); err != nil {
			return Done{}, err
		}
		return Done{true}, note(tx, login, who.Id, "passkey_removed")
	})
}
