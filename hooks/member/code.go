package member

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

// A phone shows a code that is another one every 30 seconds. It makes a key of its own that never leaves it,
// and the co-op signs once that this key speaks for a member's card, up to a day: the certificate.
//
//	certificate  1 byte format version · 2 bytes key id · 4 bytes member number · 2 bytes serial ·
//	             2 bytes last day (days since 1970, UTC) · 32 bytes the phone's key · 64 bytes Ed25519 of the co-op
//	code         certificate · 4 bytes step (Unix time / 30 s) · 64 bytes Ed25519 of the phone over both
//
// The code is Base45 behind "K2:", upper case as a printed card's. Whoever holds the co-op's public key and a
// clock can check it without a network and holds no secret. It names nobody: the number alone can be read.
const (
	codePrefix  = "K2:"
	codeVersion = 2
	certHead    = 11 + ed25519.PublicKeySize
	certBytes   = certHead + ed25519.SignatureSize
	codeBytes   = certBytes + 4 + ed25519.SignatureSize

	certDomain   = "kpdk-cert/2\n"
	codeDomain   = "kpdk-code/2\n"
	deviceDomain = "kpdk-device/2\n" // by which a phone shows that it holds the key it brings

	// StepSeconds is how long a phone shows one code.
	StepSeconds = 30
	// CertificateDays is how long a phone can go without hearing of the co-op.
	CertificateDays = 30
)

// MaxCode bounds the text of a code, a printed card's or a phone's.
const MaxCode = 300

// Shown is what a code says once its signatures hold: a printed card, or a phone that speaks for one.
type Shown struct {
	Card
	Device  []byte // the phone's public key; nil: a printed card
	Expires int64  // the certificate's last day, days since 1970
	Step    int64
}

// Rotating says whether a phone made the code.
func (s Shown) Rotating() bool { return s.Device != nil }

// Certificate is the co-op's word that a phone's key speaks for a card.
type Certificate struct {
	Card
	Device  []byte
	Expires int64
}

// SignCertificate signs a certificate.
func SignCertificate(ring *keys.Ring, c Certificate) ([]byte, error) {
	id, err := hex.DecodeString(ring.ID)
	if err != nil || len(id) != 2 || len(c.Device) != ed25519.PublicKeySize || c.Member < 1 || c.Member > 1<<32-1 ||
		c.Serial < 1 || c.Serial > maxSerial || c.Expires < 1 || c.Expires > 1<<16-1 {
		return nil, fmt.Errorf("member: certificate of %d/%d until %d is out of range", c.Member, c.Serial, c.Expires)
	}
	b := make([]byte, 0, certBytes)
	b = append(b, codeVersion)
	b = append(b, id...)
	b = binary.BigEndian.AppendUint32(b, uint32(c.Member))
	b = binary.BigEndian.AppendUint16(b, uint16(c.Serial))
	b = binary.BigEndian.AppendUint16(b, uint16(c.Expires))
	b = append(b, c.Device...)
	return append(b, ring.Sign(append([]byte(certDomain), b...))...), nil
}

// WriteCode is what a phone shows in a step; sign is its key.
func WriteCode(certificate []byte, step int64, sign func(message []byte) []byte) string {
	b := binary.BigEndian.AppendUint32(bytes.Clone(certificate), uint32(step))
	return codePrefix + base45(append(b, sign(append([]byte(codeDomain), b...))...))
}

// ReadCode reads a printed card's code or a phone's and checks its signatures. It does not know whether the
// card was revoked, nor what time it is.
func ReadCode(ring *keys.Ring, payload string) (Shown, error) {
	text, ok := strings.CutPrefix(strings.TrimSpace(payload), codePrefix)
	if !ok {
		c, err := DecodeCard(ring, payload)
		return Shown{Card: c}, err
	}
	refused := fault.Refused("member.card_invalid")
	if len(text) > MaxCode {
		return Shown{}, refused
	}
	b, err := unbase45(text)
	if err != nil || len(b) != codeBytes || b[0] != codeVersion {
		return Shown{}, refused
	}
	if hex.EncodeToString(b[1:3]) != ring.ID {
		return Shown{}, fault.Refused("member.card_foreign")
	}
	device := ed25519.PublicKey(b[11:certHead])
	if !ring.Verify(append([]byte(certDomain), b[:certHead]...), b[certHead:certBytes]) ||
		!ed25519.Verify(device, append([]byte(codeDomain), b[:certBytes+4]...), b[certBytes+4:]) {
		return Shown{}, refused
	}
	return Shown{Card: Card{int64(binary.BigEndian.Uint32(b[3:7])), int64(binary.BigEndian.Uint16(b[7:9]))}, Device: bytes.Clone(device),
		Expires: int64(binary.BigEndian.Uint16(b[9:11])), Step: int64(binary.BigEndian.Uint32(b[certBytes : certBytes+4]))}, nil
}

// StepOf is the step of a moment.
func StepOf(t time.Time) int64 { return t.Unix() / StepSeconds }

// DayOf is the day of a moment as certificates count it.
func DayOf(t time.Time) int64 { return t.Unix() / 86400 }

// FreshAt says whether a code was on the phone at a moment: its own step, or the one before or after it, for
// clocks that differ and hands that are slow. A printed card is always fresh.
func (s Shown) FreshAt(t time.Time) error {
	switch step := StepOf(t); {
	case !s.Rotating():
		return nil
	case DayOf(t) > s.Expires:
		return fault.Refused("member.code_expired")
	case s.Step < step-1 || s.Step > step+1:
		return fault.Refused("member.code_stale")
	}
	return nil
}
