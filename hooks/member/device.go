package member

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/binary"
	"errors"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/notice"
)

// NewDevice is a phone's public key, with its signature that it holds the other half.
type NewDevice struct {
	Key   []byte `json:"key"`
	Proof []byte `json:"proof"`
}

// KnownDevice names a phone by its key.
type KnownDevice struct {
	Key []byte `json:"key"`
}

// Certified is a signed certificate for the phone, with the server's time by which the phone sets its steps.
type Certified struct {
	Certificate []byte     `json:"certificate"`
	Serial      int64      `json:"serial"`
	LastDay     clock.Date `json:"last_day"` // UTC
	At          int64      `json:"at"`       // ms
}

// DeviceProof is what a phone signs to show that it holds its key: bound to the member, so that nobody
// brings in another's.
func DeviceProof(member int64) []byte {
	return binary.BigEndian.AppendUint32([]byte(deviceDomain), uint32(member))
}

// AddDevice brings in the key of the phone behind a session and certifies it. Its route is for who proved just
// before to be the member. A key that the same session brought before dies with this.
func AddDevice(ctx context.Context, app core.App, key string, by act.Actor, session string, in NewDevice) (Certified, bool, error) {
	var problems fault.Input
	held := len(in.Key) == ed25519.PublicKeySize && len(in.Proof) == ed25519.SignatureSize && ed25519.Verify(in.Key, DeviceProof(by.Number), in.Proof)
	problems.Check(held, "proof", "member.device_proof")
	if err := problems.Err(); err != nil {
		return Certified{}, false, err
	}
	return certify(ctx, app, act.Act{Kind: "member.add_device", Key: key, By: by, Input: in}, func(tx *act.Tx) (int64, error) {
		if session == "" {
			return 0, fault.Refused("member.device_unknown")
		}
		var known bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM card_devices WHERE key = ?)", in.Key).Scan(&known); err != nil {
			return 0, err
		}
		if known {
			return 0, fault.Refused("member.device_known")
		}
		var device int64
		err := tx.ExecRow("INSERT INTO card_devices(member, key, session, act) VALUES(?, ?, ?, ?) RETURNING id", by.Number, in.Key, session, tx.ID()).Scan(&device)
		notice.TellTills(tx, app, "card", PrintNumber(by.Number)) // of a key that died
		if err != nil {
			return 0, err
		}
		return device, notice.News(tx, app, notice.Notice{Member: by.Number, Kind: notice.PhoneAdded})
	})
}

// RenewDevice gives the phone behind a session a new certificate: before the old one runs out, or after the
// card was replaced.
func RenewDevice(ctx context.Context, app core.App, key string, by act.Actor, session string, in KnownDevice) (Certified, bool, error) {
	return certify(ctx, app, act.Act{Kind: "member.certify", Key: key, By: by, Input: in}, func(tx *act.Tx) (device int64, err error) {
		var alive bool
		err = tx.Row("SELECT d.id, "+deviceLives+" FROM card_devices d WHERE d.key = ? AND d.member = ? AND d.session = ?", in.Key, by.Number, session).Scan(&device, &alive)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !alive {
			return 0, fault.Refused("member.device_unknown")
		}
		return device, err
	})
}

// cardFor is the serial of an active member's card.
func cardFor(r act.Reader, number int64) (int64, error) {
	p, err := Find(r, number)
	if err == nil && (p.Status != Active || p.CardSerial == 0) {
		err = fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
	}
	return p.CardSerial, err
}

// certify writes down a certificate for the device that find gives; the signature is made outside of the
// writer, from what the act decided.
func certify(ctx context.Context, app core.App, a act.Act, find func(tx *act.Tx) (device int64, err error)) (Certified, bool, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return Certified{}, false, err
	}
	type granted struct {
		Device  int64
		Serial  int64
		Expires int64
	}
	g, replayed, err := act.Do(ctx, app, a, func(tx *act.Tx) (granted, error) {
		serial, err := cardFor(tx, a.By.Number)
		if err != nil {
			return granted{}, err
		}
		device, err := find(tx)
		if err != nil {
			return granted{}, err
		}
		g := granted{device, serial, DayOf(tx.Now()) + CertificateDays}
		return g, tx.Exec("INSERT INTO card_certificates(device, serial, expires, act) VALUES(?, ?, ?, ?)", g.Device, g.Serial, g.Expires, tx.ID())
	})
	if err != nil {
		return Certified{}, false, err
	}
	c := Certificate{Card: Card{a.By.Number, g.Serial}, Expires: g.Expires}
	if err := act.Read(app).Row("SELECT key FROM card_devices WHERE id = ?", g.Device).Scan(&c.Device); err != nil {
		return Certified{}, false, err
	}
	signed, err := SignCertificate(ring, c)
	return Certified{signed, g.Serial, clock.Date(time.Unix(g.Expires*86400, 0).UTC().Format(time.DateOnly)), clock.Of(app).Now().UnixMilli()}, replayed, err
}

// Revocations are what a till must know to refuse cards without a network: which cards died, and which phones
// were logged out while their certificates still run.
type Revocations struct {
	Cards   []Card   `json:"cards"`   // of members who had a card revoked: the serial that is alive, 0 for none
	Devices []string `json:"devices"` // hexadecimal, the first 8 bytes of the phones' keys
	At      int64    `json:"at"`      // ms
}

// maxRevoked bounds each list; beyond it the oldest are left to the server.
const maxRevoked = 100_000

// ReadRevocations lists what died.
func ReadRevocations(r act.Reader, now time.Time) (Revocations, error) {
	all := Revocations{Cards: []Card{}, Devices: []string{}, At: now.UnixMilli()}
	err := act.Each(r, `SELECT e.member, CAST(m.card_serial AS INT) FROM (SELECT DISTINCT member FROM card_events WHERE kind = 'revoke') e
		JOIN members m ON m.number = e.member ORDER BY e.member DESC LIMIT ?`, []any{maxRevoked}, func(row act.Scanner) error {
		var c Card
		err := row.Scan(&c.Member, &c.Serial)
		all.Cards = append(all.Cards, c)
		return err
	})
	if err != nil {
		return all, err
	}
	err = act.Each(r, `SELECT lower(hex(substr(d.key, 1, 8))) FROM (SELECT DISTINCT device FROM card_certificates WHERE expires >= ?) c
		JOIN card_devices d ON d.id = c.device WHERE NOT `+deviceLives+` ORDER BY d.id DESC LIMIT ?`, []any{DayOf(now), maxRevoked}, func(row act.Scanner) error {
		var fingerprint string
		err := row.Scan(&fingerprint)
		all.Devices = append(all.Devices, fingerprint)
		return err
	})
	return all, err
}
