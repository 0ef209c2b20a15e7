// Package keys keeps a co-op's own keys: one Ed25519 pair that signs cards, templates and published
// figures, and one secret that seals personal data (AES-256-GCM) and makes blind indexes of it
// (HMAC-SHA-256), so that a number can be matched without being readable in the file.
//
// The keys live in data.db. With KPDK_KEY set in the environment they are wrapped by it.
package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// EnvWrap names the environment variable that wraps the keys.
const EnvWrap = "KPDK_KEY"

const storeKey = "kpdk.keys"

// Ring is the co-op's opened keys.
type Ring struct {
	ID     string // of the signing key, four hex digits: printed on cards
	Public ed25519.PublicKey
	sign   ed25519.PrivateKey
	seal   cipher.AEAD
	index  []byte
	held   *held
}

// held are the signatures that held, see Verify.
type held struct {
	messages sync.Map
	count    atomic.Int64
}

// ErrWrapped says that the keys are wrapped and KPDK_KEY is missing or another one.
var ErrWrapped = errors.New("keys: wrapped by KPDK_KEY, which is not set or is another key")

// Found makes a co-op's keys when it has none. It runs inside the founding act.
func Found(tx *act.Tx) error {
	var have int
	if err := tx.Row("SELECT count(*) FROM coop_keys").Scan(&have); err != nil || have > 0 {
		return err
	}
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	seal := make([]byte, 32)
	_, _ = rand.Read(seal) // never fails since Go 1.24
	id := sha256.Sum256(public)
	for _, k := range []struct {
		id, kind       string
		public, secret []byte
	}{{hex.EncodeToString(id[:2]), "sign", public, secret.Seed()}, {"seal", "seal", nil, seal}} {
		stored, wrapped, err := wrap(k.secret)
		if err != nil {
			return err
		}
		if k.public == nil {
			k.public = []byte{}
		}
		if err := tx.Exec("INSERT INTO coop_keys(id, kind, public, secret, wrapped, created_at) VALUES(?, ?, ?, ?, ?, ?)",
			k.id, k.kind, k.public, stored, wrapped, tx.Now().Truncate(time.Second).UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// Of opens the app's keys once and keeps them in memory.
func Of(app core.App) (*Ring, error) {
	if r, ok := app.Store().Get(storeKey).(*Ring); ok {
		return r, nil
	}
	r := &Ring{held: &held{}}
	err := act.Each(act.Read(app), "SELECT id, kind, public, secret, wrapped FROM coop_keys", nil, func(row act.Scanner) error {
		var id, kind string
		var public, secret []byte
		var wrapped bool
		if err := row.Scan(&id, &kind, &public, &secret, &wrapped); err != nil {
			return err
		}
		secret, err := unwrap(secret, wrapped)
		if err != nil {
			return err
		}
		if kind == "sign" {
			r.ID, r.Public, r.sign = id, public, ed25519.NewKeyFromSeed(secret)
			return nil
		}
		return r.openSeal(secret)
	})
	if err != nil {
		return nil, err
	}
	if r.sign == nil || r.seal == nil {
		return nil, errors.New("keys: this folder holds no co-op yet")
	}
	app.Store().Set(storeKey, r)
	return r, nil
}

func (r *Ring) openSeal(secret []byte) error {
	key, err := hkdf.Key(sha256.New, secret, nil, "kpdk seal", 32)
	if err != nil {
		return err
	}
	if r.index, err = hkdf.Key(sha256.New, secret, nil, "kpdk index", 32); err != nil {
		return err
	}
	r.seal, err = gcm(key)
	return err
}

// Sign signs a message with the co-op's key.
func (r *Ring) Sign(message []byte) []byte { return ed25519.Sign(r.sign, message) }

// maxHeld bounds what Verify remembers, some 5 MB.
const maxHeld = 32_768

// Verify says whether the co-op's key signed a message. A card is shown again and again, and its signature takes
// a quarter as long as all the rows of a sale; so what held once is remembered, message and all.
func (r *Ring) Verify(message, signature []byte) bool {
	if len(signature) != ed25519.SignatureSize { // so no two pairs are the same text
		return false
	}
	known := string(message) + string(signature)
	if _, ok := r.held.messages.Load(known); ok {
		return true
	}
	if !ed25519.Verify(r.Public, message, signature) {
		return false
	}
	if r.held.count.Add(1) > maxHeld {
		r.held.messages.Clear()
		r.held.count.Store(1)
	}
	r.held.messages.Store(known, nil)
	return true
}

// Seal encrypts a personal number; the empty text stays empty.
func (r *Ring) Seal(text string) string {
	if text == "" {
		return ""
	}
	nonce := make([]byte, r.seal.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return base64.RawStdEncoding.EncodeToString(r.seal.Seal(nonce, nonce, []byte(text), nil))
}

// Open decrypts what Seal made.
func (r *Ring) Open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < r.seal.NonceSize() {
		return "", errors.New("keys: not a sealed text")
	}
	plain, err := r.seal.Open(nil, raw[:r.seal.NonceSize()], raw[r.seal.NonceSize():], nil)
	return string(plain), err
}

// Index is the blind index of a personal number of a kind ("nip", "nik"): equal numbers, equal index.
func (r *Ring) Index(kind, text string) string {
	if text == "" {
		return ""
	}
	mac := hmac.New(sha256.New, r.index)
	fmt.Fprintf(mac, "%s:%s", kind, strings.TrimSpace(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func wrapper() (cipher.AEAD, error) {
	secret := os.Getenv(EnvWrap)
	if secret == "" {
		return nil, nil
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "kpdk wrap", 32)
	if err != nil {
		return nil, err
	}
	return gcm(key)
}

func wrap(secret []byte) ([]byte, int, error) {
	w, err := wrapper()
	if err != nil || w == nil {
		return secret, 0, err
	}
	nonce := make([]byte, w.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return w.Seal(nonce, nonce, secret, nil), 1, nil
}

func unwrap(stored []byte, wrapped bool) ([]byte, error) {
	if !wrapped {
		return stored, nil
	}
	w, err := wrapper()
	if err != nil {
		return nil, err
	}
	if w == nil || len(stored) < w.NonceSize() {
		return nil, ErrWrapped
	}
	secret, err := w.Open(nil, stored[:w.NonceSize()], stored[w.NonceSize():], nil)
	if err != nil {
		return nil, ErrWrapped
	}
	return secret, nil
}

// FromSeed is a ring of a signing key that is known, for vectors which other programs check too. It seals nothing.
func FromSeed(seed []byte) *Ring {
	secret := ed25519.NewKeyFromSeed(seed)
	public := secret.Public().(ed25519.PublicKey)
	id := sha256.Sum256(public)
	return &Ring{ID: hex.EncodeToString(id[:2]), Public: public, sign: secret, held: &held{}}
}
