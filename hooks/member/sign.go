package member

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/draw"
	"image/png"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

// A drawn signature is a small PNG; what holds next to no ink was not signed.
const (
	maxDrawn     = 200 << 10
	maxDrawnSide = 1600
	minInk       = 40 // pixels
)

// Signature is how somebody signed: with a finger, or by typing the name.
type Signature struct {
	How   string `json:"how"`   // drawn, typed
	Drawn []byte `json:"drawn"` // PNG, in base64
	Typed string `json:"typed"`
}

// check holds a signature to its form, and a typed one to the name of whoever signs; it leaves the drawing as a plain PNG.
func (s *Signature) check(in *fault.Input, field, name string) {
	switch s.How {
	case "typed":
		s.Typed, s.Drawn = strings.TrimSpace(s.Typed), nil
		in.Check(len(s.Typed) <= 120 && (sameName(s.Typed, name) || sameText(s.Typed) == sameText(name)), field, "member.signature_typed", fault.Params{"name": name})
	case "drawn":
		s.Typed = ""
		plain, ok := plainPNG(s.Drawn)
		s.Drawn = plain
		in.Check(ok, field, "member.signature_drawn")
	default:
		in.Add(field, "member.signature_missing")
	}
}

// plainPNG draws a picture anew, so that whatever else the file held is gone.
func plainPNG(raw []byte) ([]byte, bool) {
	if len(raw) > maxDrawn {
		return nil, false
	}
	size, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil || size.Width > maxDrawnSide || size.Height > maxDrawnSide {
		return nil, false
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, false
	}
	flat := image.NewNRGBA(image.Rect(0, 0, size.Width, size.Height))
	draw.Draw(flat, flat.Bounds(), picture, picture.Bounds().Min, draw.Src)
	ink := 0
	for i := 3; i < len(flat.Pix); i += 4 {
		if flat.Pix[i] > 64 && int(flat.Pix[i-1])+int(flat.Pix[i-2])+int(flat.Pix[i-3]) < 450 {
			ink++
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, flat); err != nil {
		return nil, false
	}
	return out.Bytes(), ink >= minInk
}

// paper is what was signed, made before its act: the words, their hash, and the PDF.
type paper struct {
	kind     string // consent, mandate
	words    [32]byte
	statutes []byte // the hash of the statutes, of a consent
	how      string
	raw      []byte
}

// signer is who signs, where, and in which language.
type signer struct {
	coop     pdf.Coop
	number   int64
	name     string
	unit     string
	language string
	now      time.Time
	today    clock.Date
	zone     *time.Location
	key      string // of the act: the number of its papers
}

func signerOf(app core.App, number int64, language, key string) (s signer, err error) {
	s = signer{number: number, language: language, now: clock.Of(app).Now().Truncate(time.Second), zone: clock.Of(app).Zone(), key: key}
	s.today = clock.Of(app).DateOf(s.now)
	if s.coop, err = pdf.CoopOf(app); err != nil {
		return s, err
	}
	err = act.Read(app).Row("SELECT m.name, coalesce(u.name, '') FROM members m LEFT JOIN work_units u ON u.id = m.work_unit WHERE m.number = ?", number).Scan(&s.name, &s.unit)
	return s, err
}

func (s signer) say(key string, params map[string]any) string {
	return words.Say(s.language, key, params)
}

func (s signer) paper(title string, facts ...pdf.Fact) *pdf.Doc {
	return pdf.New(pdf.Paper{Coop: s.coop, Title: title, Foot: s.key, Language: s.language, Made: s.now, Facts: append([]pdf.Fact{
		{Label: s.say("join.paper_name", nil), Value: s.name}, {Label: s.say("join.paper_number", nil), Value: PrintNumber(s.number)},
		{Label: s.say("join.paper_unit", nil), Value: s.unit}, {Label: s.say("join.paper_date", nil), Value: pdf.Day(s.language, s.today)}}, facts...)})
}

// signed ends a paper with its signature.
func (s signer) signed(doc *pdf.Doc, role string, by Signature) ([]byte, error) {
	remark := s.say("join.paper_"+by.How, map[string]any{"date": pdf.Day(s.language, s.today), "time": s.now.In(s.zone).Format("15.04")})
	doc.Sign(pdf.Signature{Role: s.say(role, nil), Name: s.name, Typed: by.Typed, Drawn: by.Drawn, Remark: remark})
	return doc.Bytes()
}

// ConsentWords are what somebody agrees to who becomes a member.
func ConsentWords(language, coop string) string {
	return words.Say(language, "join.consent_text", map[string]any{"coop": coop})
}

// consent writes the application as a paper: the words, and which statutes stood under them.
func (s signer) consent(statutes agreedTo, by Signature) (paper, error) {
	text := ConsentWords(s.language, s.coop.Name)
	doc := s.paper(s.say("join.consent_title", nil))
	doc.Text(text)
	doc.Heading(s.say("join.statutes", nil))
	for _, one := range statutes.pages {
		doc.Text("– " + one.Title)
	}
	doc.Note(s.say("join.paper_statutes_hash", nil))
	doc.Code(hexOf(statutes.hash[:]))
	raw, err := s.signed(doc, "join.paper_applicant", by)
	return paper{"consent", sha256.Sum256([]byte(text)), statutes.hash[:], by.How, raw}, err
}

// MandateWords are what somebody signs who lets the co-op deduct from pay.
func MandateWords(language, coop string, most, voluntary money.Rupiah, from clock.Date) string {
	return words.Say(language, "join.mandate_text", map[string]any{"coop": coop, "max": most.Format(), "voluntary": voluntary.Format(), "date": pdf.Day(language, from)})
}

// mandate writes the surat kuasa potong gaji as a paper.
func (s signer) mandate(most, voluntary money.Rupiah, by Signature) (paper, error) {
	text := MandateWords(s.language, s.coop.Name, most, voluntary, s.today)
	doc := s.paper(s.say("join.mandate_title", nil))
	doc.Text(text)
	doc.Facts([]pdf.Fact{{Label: s.say("join.mandate_max", nil), Value: most.String()}, {Label: s.say("join.mandate_since", nil), Value: pdf.Day(s.language, s.today)},
		{Label: s.say("join.mandate_voluntary", nil), Value: voluntary.String()}, {Label: s.say("join.mandate_until", nil), Value: s.say("join.mandate_revoked_only", nil)}})
	doc.Heading(s.say("join.mandate_rights", nil))
	doc.Text(s.say("join.mandate_rights_text", nil))
	raw, err := s.signed(doc, "join.paper_giver", by)
	return paper{"mandate", sha256.Sum256([]byte(text)), nil, by.How, raw}, err
}

const paperFiles = "paper_files"

// keep stores a paper: its hash for good, its file as a record that can be erased.
func (p paper) keep(tx *act.Tx, number int64, mandate int64) (id int64, err error) {
	sum := sha256.Sum256(p.raw)
	var of any
	if mandate != 0 {
		of = mandate
	}
	if err := tx.ExecRow("INSERT INTO signed_papers(member, kind, mandate, words, statutes, how, hash, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
		number, p.kind, of, p.words[:], p.statutes, p.how, sum[:], tx.ID()).Scan(&id); err != nil {
		return 0, err
	}
	_, err = document.Keep(tx, paperFiles, p.kind+".pdf", p.raw, map[string]any{"paper": id})
	return id, err
}

// readPaper shows a signed paper to its member, or to a manager. A paper that was erased is gone; one that
// is no longer what was signed is refused, for its hash is kept for good.
func readPaper(c *web.Call) error {
	id, err := c.Number("paper")
	if err != nil {
		return err
	}
	unknown := fault.NotFound("member.paper_unknown")
	var owner int64
	var hash []byte
	if err := act.Read(c.App).Row("SELECT member, hash FROM signed_papers WHERE id = ?", id).Scan(&owner, &hash); err != nil || c.By.Role == act.Member && owner != c.By.Number {
		return unknown
	}
	c.Saw(owner)
	r, err := c.App.FindFirstRecordByData(paperFiles, "paper", id)
	if err != nil {
		return unknown
	}
	raw, found, err := document.ReadStored(c.App, r, "file")
	if err != nil {
		return err
	}
	if !found {
		return unknown
	}
	if sum := sha256.Sum256(raw); !bytes.Equal(sum[:], hash) {
		return fault.Refused("member.paper_changed")
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "application/pdf", raw)
}
