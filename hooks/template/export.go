package template

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/policy"
)

// Signed is a bundle as it travels. The signature is Ed25519 over the bytes of canonical: whoever
// changes a rule or the sender's name on the way breaks it.
type Signed struct {
	Bundle    json.RawMessage `json:"bundle"`
	From      string          `json:"from"`
	Key       []byte          `json:"key"`       // the sender's public key, base64 in JSON
	Signature []byte          `json:"signature"` // base64 in JSON
}

// canonical is what is signed: {"bundle":…,"from":"…"} without whitespace, the bundle's fields in the
// order in which the sender wrote them.
func (s Signed) canonical() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"bundle":`)
	if err := json.Compact(&b, s.Bundle); err != nil {
		return nil, err
	}
	from, err := json.Marshal(s.From)
	if err != nil {
		return nil, err
	}
	b.WriteString(`,"from":`)
	b.Write(from)
	b.WriteString("}")
	return b.Bytes(), nil
}

// Verify says whether the bundle is as its sender signed it.
func (s Signed) Verify() error {
	message, err := s.canonical()
	if err != nil || len(s.Key) != ed25519.PublicKeySize || !ed25519.Verify(s.Key, message, s.Signature) {
		return fault.Bad("template.signature")
	}
	return nil
}

// Fingerprint is the sender's key as two people compare it: "3f2a-91c0-…".
func (s Signed) Fingerprint() string {
	sum := sha256.Sum256(s.Key)
	text := hex.EncodeToString(sum[:8])
	parts := make([]string, 0, 4)
	for i := 0; i < len(text); i += 4 {
		parts = append(parts, text[i:i+4])
	}
	return strings.Join(parts, "-")
}

// Export reads how this co-op works and signs it. It names every column that it takes: a table that
// grows a private column tomorrow does not leak it.
func Export(app core.App) (Signed, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return Signed{}, err
	}
	r, c := act.Read(app), clock.Of(app)
	b := Bundle{Schema: Schema, Language: "id", TimeZone: c.Zone().String()}
	var s Signed
	if err := r.Row("SELECT name, type FROM coop LIMIT 1").Scan(&s.From, &b.Type); err != nil {
		return s, err
	}
	if b.Policies, err = policy.All(r, c.Today()); err != nil {
		return s, err
	}
	if err := b.readChart(r); err != nil {
		return s, err
	}
	if err := b.readTexts(r); err != nil {
		return s, err
	}
	if s.Bundle, err = json.Marshal(b); err != nil {
		return s, err
	}
	message, err := s.canonical()
	if err != nil {
		return s, err
	}
	s.Key, s.Signature = ring.Public, ring.Sign(message)
	return s, nil
}

func (b *Bundle) readChart(r act.Reader) error {
	return act.Each(r, "SELECT account, name, name_en, kind, party_kind FROM accounts WHERE NOT closed ORDER BY account LIMIT ?", []any{maxAccounts}, func(row act.Scanner) error {
		var a Account
		err := row.Scan(&a.Account, &a.Name, &a.NameEn, &a.Kind, &a.PartyKind)
		b.Accounts = append(b.Accounts, a)
		return err
	})
}

func (b *Bundle) readTexts(r act.Reader) error {
	err := act.Each(r, "SELECT name FROM categories ORDER BY sort, name LIMIT ?", []any{maxCategories}, func(row act.Scanner) error {
		var name string
		err := row.Scan(&name)
		b.Categories = append(b.Categories, name)
		return err
	})
	if err != nil {
		return err
	}
	return act.Each(r, "SELECT slug, section, language, title, body, sort FROM pages WHERE public ORDER BY sort, slug, language LIMIT ?", []any{maxPages}, func(row act.Scanner) error {
		var p Page
		err := row.Scan(&p.Slug, &p.Section, &p.Language, &p.Title, &p.Body, &p.Sort)
		p.Body = cleanHTML(p.Body)
		b.Pages = append(b.Pages, p)
		return err
	})
}
