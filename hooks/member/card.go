package member

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image/color"
	"image/png"
	"strings"

	"github.com/skip2/go-qrcode"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

// A card's code is 73 bytes, signed by the co-op and readable offline with its public key alone:
//
//	1 byte format version · 2 bytes key id · 4 bytes member number · 2 bytes serial · 64 bytes Ed25519
//
// written as Base45 (RFC 9285) behind the prefix "K1:", upper case throughout, because scanners that
// pose as keyboards mangle anything else. It holds no personal data.
const (
	cardPrefix  = "K1:"
	cardVersion = 1
	cardHead    = 9
	cardBytes   = cardHead + ed25519.SignatureSize
	cardDomain  = "kpdk-card/1\n" // keeps a card's signature from meaning anything else
)

// Card is which card of which member: what a code says once its signature holds.
type Card struct {
	Member int64 `json:"member"`
	Serial int64 `json:"serial"`
}

// EncodeCard signs a member's card.
func EncodeCard(ring *keys.Ring, c Card) (string, error) {
	if c.Member < 1 || c.Member > 1<<32-1 || c.Serial < 1 || c.Serial > 1<<16-1 {
		return "", fmt.Errorf("member: card %d/%d is out of range", c.Member, c.Serial)
	}
	id, err := hex.DecodeString(ring.ID)
	if err != nil || len(id) != 2 {
		return "", fmt.Errorf("member: key id %q", ring.ID)
	}
	b := make([]byte, cardHead, cardBytes)
	b[0] = cardVersion
	copy(b[1:3], id)
	binary.BigEndian.PutUint32(b[3:7], uint32(c.Member))
	binary.BigEndian.PutUint16(b[7:9], uint16(c.Serial))
	return cardPrefix + base45(append(b, ring.Sign(append([]byte(cardDomain), b...))...)), nil
}

// DecodeCard reads a code and checks its signature. It does not know whether the card was revoked.
func DecodeCard(ring *keys.Ring, payload string) (Card, error) {
	refused := fault.Refused("member.card_invalid")
	text, ok := strings.CutPrefix(strings.TrimSpace(payload), cardPrefix)
	if !ok || len(text) > 200 {
		return Card{}, refused
	}
	b, err := unbase45(text)
	if err != nil || len(b) != cardBytes || b[0] != cardVersion {
		return Card{}, refused
	}
	if hex.EncodeToString(b[1:3]) != ring.ID {
		return Card{}, fault.Refused("member.card_foreign")
	}
	if !ring.Verify(append([]byte(cardDomain), b[:cardHead]...), b[cardHead:]) {
		return Card{}, refused
	}
	return Card{int64(binary.BigEndian.Uint32(b[3:7])), int64(binary.BigEndian.Uint16(b[7:9]))}, nil
}

// Usable finds the member of a card and says why it may not be used: revoked, or the member has left.
// The person is given back even then, for sales that a till made while it could not know.
func Usable(r act.Reader, c Card) (Person, error) {
	p, err := Find(r, c.Member)
	switch {
	case err != nil:
		return p, err
	case p.Status == Left:
		return p, fault.Refused("member.card_left")
	case p.CardSerial != c.Serial:
		return p, fault.Refused("member.card_revoked")
	case p.Status != Active:
		return p, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(p.Number)})
	}
	return p, nil
}

const base45Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// base45 encodes pairs of bytes as three characters, a last single byte as two (RFC 9285).
func base45(b []byte) string {
	var out strings.Builder
	for i := 0; i < len(b); i += 2 {
		if i+1 == len(b) {
			out.WriteByte(base45Alphabet[b[i]%45])
			out.WriteByte(base45Alphabet[b[i]/45])
			break
		}
		n := int(b[i])<<8 | int(b[i+1])
		out.WriteByte(base45Alphabet[n%45])
		out.WriteByte(base45Alphabet[n/45%45])
		out.WriteByte(base45Alphabet[n/2025])
	}
	return out.String()
}

func unbase45(s string) ([]byte, error) {
	bad := fmt.Errorf("member: not Base45")
	if len(s)%3 == 1 {
		return nil, bad
	}
	out := make([]byte, 0, len(s)*2/3+1)
	for i := 0; i < len(s); i += 3 {
		n, factor := 0, 1
		chunk := s[i:min(i+3, len(s))]
		for _, c := range []byte(chunk) {
			v := strings.IndexByte(base45Alphabet, c)
			if v < 0 {
				return nil, bad
			}
			n += v * factor
			factor *= 45
		}
		switch {
		case len(chunk) == 3 && n <= 0xFFFF:
			out = append(out, byte(n>>8), byte(n))
		case len(chunk) == 2 && n <= 0xFF:
			out = append(out, byte(n))
		default:
			return nil, bad
		}
	}
	return out, nil
}

func qr(payload string) ([][]bool, error) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	return code.Bitmap(), nil // with the quiet zone of four modules
}

// CardSVG draws a code as a dark path on white, in both themes: scanners need the contrast.
func CardSVG(payload, title string) (string, error) {
	bits, err := qr(payload)
	if err != nil {
		return "", err
	}
	var path strings.Builder
	for y, row := range bits {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if x > start {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start, y, x-start, x-start)
			}
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s" shape-rendering="crispEdges"><rect width="100%%" height="100%%" fill="#fff"/><path fill="#0E2F27" d="%s"/></svg>`,
		len(bits), len(bits), title, path.String()), nil
}

// CardPNG draws a code as a picture of at least size pixels a side.
func CardPNG(payload string, size int) ([]byte, error) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	code.ForegroundColor = color.RGBA{0x0E, 0x2F, 0x27, 0xFF}
	var b bytes.Buffer
	err = png.Encode(&b, code.Image(size))
	return b.Bytes(), err
}
