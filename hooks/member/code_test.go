package member

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

const vectorFile = "testdata/card_vectors.json"

// vectors are what Go and the browser's modules (pb_public/lib/card-code.js) must agree on.
type vectors struct {
	Key     publicKey     `json:"key"`
	Revoked vectorRevoked `json:"revoked"`
	Codes   []vector      `json:"codes"`
}

type publicKey struct {
	ID     string `json:"id"`
	Public string `json:"public"` // base64
}

type vectorRevoked struct {
	Cards   []Card   `json:"cards"`
	Devices []string `json:"devices"`
}

// vector is a code held up at a moment. Bytes is what is under its Base45, field by field.
type vector struct {
	Name   string   `json:"name"`
	Code   string   `json:"code"`
	At     int64    `json:"at"`               // s
	Refuse string   `json:"refuse,omitempty"` // the fault's code
	Number int64    `json:"number,omitempty"`
	Serial int64    `json:"serial,omitempty"`
	Phone  bool     `json:"phone,omitempty"`
	Bytes  []string `json:"bytes,omitempty"`
}

var codeTime = time.Date(2026, 11, 25, 3, 0, 10, 0, time.UTC)

func phoneKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func asSigner(k ed25519.PrivateKey) func([]byte) []byte {
	return func(m []byte) []byte { return ed25519.Sign(k, m) }
}

func certified(t testing.TB, ring *keys.Ring, c Card, k ed25519.PrivateKey, expires int64) []byte {
	t.Helper()
	b, err := SignCertificate(ring, Certificate{c, k.Public().(ed25519.PublicKey), expires})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func printedCode(t testing.TB, ring *keys.Ring, c Card) string {
	t.Helper()
	code, err := EncodeCard(ring, c)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// changed gives a code with some of its bytes changed, signatures as they were.
func changed(t testing.TB, code string, change func(b []byte)) string {
	t.Helper()
	b, err := unbase45(code[3:])
	if err != nil {
		t.Fatal(err)
	}
	change(b)
	return code[:3] + base45(b)
}

func cutUp(t testing.TB, code string, lengths ...int) (parts []string) {
	t.Helper()
	b, err := unbase45(code[3:])
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range lengths {
		parts = append(parts, hex.EncodeToString(b[:n]))
		b = b[n:]
	}
	if len(b) != 0 {
		t.Fatalf("%d bytes more than the fields", len(b))
	}
	return parts
}

func makeVectors(t testing.TB) vectors {
	ring, other := testRing(1), testRing(2)
	mine, theirs, dead := phoneKey(11), phoneKey(12), phoneKey(13)
	card, step, today := Card{846, 2}, StepOf(codeTime), DayOf(codeTime)
	cert := certified(t, ring, card, mine, today+CertificateDays)
	now := WriteCode(cert, step, asSigner(mine))
	at := func(s int64) int64 { return codeTime.Add(time.Duration(s) * time.Second).Unix() }
	v := vectors{Key: publicKey{ring.ID, base64.StdEncoding.EncodeToString(ring.Public)},
		Revoked: vectorRevoked{[]Card{{846, 2}, {12, 0}}, []string{hex.EncodeToString(dead.Public().(ed25519.PublicKey)[:8])}}}
	good := func(name, code string, at int64, c Card, phone bool, fields ...string) {
		v.Codes = append(v.Codes, vector{name, code, at, "", c.Member, c.Serial, phone, fields})
	}
	bad := func(name, code string, at int64, refuse string) {
		v.Codes = append(v.Codes, vector{Name: name, Code: code, At: at, Refuse: refuse})
	}
	good("a printed card", printedCode(t, ring, card), at(0), card, false, cutUp(t, printedCode(t, ring, card), 1, 2, 4, 2, 64)...)
	good("a phone", now, at(0), card, true, cutUp(t, now, 1, 2, 4, 2, 2, 32, 64, 4, 64)...)
	good("a printed card typed by a scanner in lower case", strings.ToLower(printedCode(t, ring, Card{7, 1})), at(0), Card{7, 1}, false)
	good("a phone one step behind", WriteCode(cert, step-1, asSigner(mine)), at(0), card, true)
	good("a phone one step ahead", WriteCode(cert, step+1, asSigner(mine)), at(0), card, true)
	good("a phone on its certificate's last day", WriteCode(certified(t, ring, card, mine, today), step, asSigner(mine)), at(0), card, true)
	bad("a phone two steps behind", WriteCode(cert, step-2, asSigner(mine)), at(0), "member.code_stale")
	bad("a phone two steps ahead", WriteCode(cert, step+2, asSigner(mine)), at(0), "member.code_stale")
	bad("a screenshot of a minute ago", now, at(60), "member.code_stale")
	bad("a certificate that ran out yesterday", WriteCode(certified(t, ring, card, mine, today-1), step, asSigner(mine)), at(0), "member.code_expired")
	bad("a printed card that was replaced", printedCode(t, ring, Card{846, 1}), at(0), "member.card_revoked")
	bad("a printed card of somebody who left", printedCode(t, ring, Card{12, 1}), at(0), "member.card_revoked")
	bad("a phone whose card was replaced", WriteCode(certified(t, ring, Card{846, 1}, mine, today+9), step, asSigner(mine)), at(0), "member.card_revoked")
	bad("a phone that was logged out", WriteCode(certified(t, ring, card, dead, today+9), step, asSigner(dead)), at(0), "member.code_revoked")
	bad("another co-op's printed card", printedCode(t, other, card), at(0), "member.card_foreign")
	bad("another co-op's phone", WriteCode(certified(t, other, card, mine, today+9), step, asSigner(mine)), at(0), "member.card_foreign")
	id, _ := hex.DecodeString(ring.ID)
	bad("another co-op's printed card under our key's id", changed(t, printedCode(t, other, card), func(b []byte) { copy(b[1:3], id) }), at(0), "member.card_invalid")
	bad("another co-op's certificate under our key's id", changed(t, WriteCode(certified(t, other, card, mine, today+9), step, asSigner(mine)), func(b []byte) { copy(b[1:3], id) }), at(0), "member.card_invalid")
	bad("a certificate moved to another member", WriteCode(patched(cert, func(b []byte) { binary.BigEndian.PutUint32(b[3:7], 1) }), step, asSigner(mine)), at(0), "member.card_invalid")
	bad("a certificate moved to another serial", WriteCode(patched(cert, func(b []byte) { binary.BigEndian.PutUint16(b[7:9], 3) }), step, asSigner(mine)), at(0), "member.card_invalid")
	bad("a certificate made longer", WriteCode(patched(cert, func(b []byte) { binary.BigEndian.PutUint16(b[9:11], 65535) }), step, asSigner(mine)), at(0), "member.card_invalid")
	bad("a certificate moved to another phone", WriteCode(patched(cert, func(b []byte) { copy(b[11:43], theirs.Public().(ed25519.PublicKey)) }), step, asSigner(theirs)), at(0), "member.card_invalid")
	bad("a certificate shown by another phone", WriteCode(cert, step, asSigner(theirs)), at(0), "member.card_invalid")
	bad("a signature moved to another step", changed(t, WriteCode(cert, step-7, asSigner(mine)), func(b []byte) { binary.BigEndian.PutUint32(b[certBytes:certBytes+4], uint32(step)) }), at(0), "member.card_invalid")
	bad("a printed card's signature moved to another member", changed(t, printedCode(t, ring, card), func(b []byte) { binary.BigEndian.PutUint32(b[3:7], 847) }), at(0), "member.card_invalid")
	bad("a printed card in a phone's clothes", codePrefix+printedCode(t, ring, card)[3:], at(0), "member.card_invalid")
	bad("a phone's code in a printed card's clothes", cardPrefix+now[3:], at(0), "member.card_invalid")
	bad("half a code", now[:150], at(0), "member.card_invalid")
	bad("no code at all", "K2:", at(0), "member.card_invalid")
	bad("letters that Base45 does not have", "K2:~~~", at(0), "member.card_invalid")
	return v
}

func patched(b []byte, change func([]byte)) []byte {
	b = bytes.Clone(b)
	change(b)
	return b
}

// judge is the whole of what a door without a server does.
func (v vectors) judge(ring *keys.Ring, code string, at int64) (Shown, error) {
	s, err := ReadCode(ring, strings.ToUpper(code))
	if err == nil {
		err = s.FreshAt(time.Unix(at, 0))
	}
	for _, c := range v.Revoked.Cards {
		if err == nil && c.Member == s.Member && c.Serial != s.Serial {
			err = fault.Refused("member.card_revoked")
		}
	}
	for _, d := range v.Revoked.Devices {
		if err == nil && s.Rotating() && strings.HasPrefix(hex.EncodeToString(s.Device), d) {
			err = fault.Refused("member.code_revoked")
		}
	}
	return s, err
}

func codeOf(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

// The forgery table. The browser's modules are held to the same file in hooks/e2e.
func TestForgedCodesAreRefused(t *testing.T) {
	made := makeVectors(t)
	raw, err := json.MarshalIndent(made, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(vectorFile, append(raw, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(vectorFile)
	if err != nil || !bytes.Equal(bytes.TrimSpace(kept), raw) {
		t.Fatalf("%s is not what the code makes (%v): printed cards and phones in use would no longer be read", vectorFile, err)
	}
	ring := testRing(1)
	for _, c := range made.Codes {
		s, err := made.judge(ring, c.Code, c.At)
		if codeOf(err) != c.Refuse || (err == nil) != (c.Refuse == "") {
			t.Errorf("%s: %v, want %q", c.Name, err, c.Refuse)
		}
		if err == nil && (s.Member != c.Number || s.Serial != c.Serial || s.Rotating() != c.Phone) {
			t.Errorf("%s says %+v", c.Name, s)
		}
	}
}

// Whatever bit of a code is flipped, it is refused.
func TestNoBitOfACodeCanBeChanged(t *testing.T) {
	made, ring := makeVectors(t), testRing(1)
	for _, c := range made.Codes[:2] {
		plain, err := unbase45(c.Code[3:])
		if err != nil {
			t.Fatal(err)
		}
		for bit := range len(plain) * 8 {
			forged := c.Code[:3] + base45(patched(plain, func(b []byte) { b[bit/8] ^= 1 << (bit % 8) }))
			if s, err := made.judge(ring, forged, c.At); err == nil {
				t.Errorf("%s: bit %d flipped is read as %+v", c.Name, bit, s)
			}
		}
	}
}

// A stranger who reads a code finds keys, signatures, a day and a step, and of the person the number alone.
func TestACodeTellsTheNumberAlone(t *testing.T) {
	made := makeVectors(t)
	printed, phone := made.Codes[0].Bytes, made.Codes[1].Bytes
	if want := []string{"01", made.Key.ID, "0000034e", "0002", printed[4]}; strings.Join(printed, " ") != strings.Join(want, " ") {
		t.Errorf("a printed card says %q", printed)
	}
	key := hex.EncodeToString(phoneKey(11).Public().(ed25519.PublicKey))
	if want := []string{"02", made.Key.ID, "0000034e", "0002", hex.EncodeToString(binary.BigEndian.AppendUint16(nil, uint16(DayOf(codeTime)+CertificateDays))), key, phone[6],
		hex.EncodeToString(binary.BigEndian.AppendUint32(nil, uint32(StepOf(codeTime)))), phone[8]}; strings.Join(phone, " ") != strings.Join(want, " ") {
		t.Errorf("a phone's code says %q", phone)
	}
}

func FuzzReadCode(f *testing.F) {
	for _, c := range makeVectors(f).Codes {
		f.Add(c.Code)
	}
	ring := testRing(1)
	f.Fuzz(func(t *testing.T, code string) {
		s, err := ReadCode(ring, code)
		if err == nil && (s.Member < 0 || s.Rotating() != strings.HasPrefix(strings.TrimSpace(code), codePrefix)) {
			t.Errorf("%q is read as %+v", code, s)
		}
	})
}
