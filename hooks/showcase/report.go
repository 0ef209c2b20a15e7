package showcase

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"kpdk/hooks/internal/money"
)

// The signed report: what a co-op tells a command centre, a researcher or another co-op about itself. docs/report.md
// says it for readers. It holds aggregates alone, each with its date and its definition; nothing about fewer than
// Floor people; and amounts only when the co-op agreed to publish them.
const (
	reportPath   = "/.well-known/koperasi.json"
	reportSchema = "kpdk/report/1"
	// reportDays is how many daily heads the report carries.
	reportDays = 31
	jsonKind   = "application/json"
)

// Units of a figure.
const (
	unitPeople = "people"
	unitRupiah = "rupiah"
	unitBP     = "basis_points"
	unitDate   = "date"
)

// Reasons why a figure has no value.
const (
	reasonFew       = "fewer_than_10"
	reasonConsent   = "not_consented"
	reasonNothing   = "nothing_booked"
	reasonNoMeeting = "none_published"
)

type (
	// Envelope is the report as it travels: Ed25519 over the bytes of "report" without whitespace.
	Envelope struct {
		Schema    string          `json:"schema"`
		Report    json.RawMessage `json:"report"`
		KeyID     string          `json:"key_id"`
		Key       []byte          `json:"key"`       // base64 in JSON
		Signature []byte          `json:"signature"` // base64 in JSON
	}
	// Told is what is signed.
	Told struct {
		Schema     string            `json:"schema"`
		Coop       ToldCoop          `json:"coop"`
		UpdatedAt  string            `json:"updated_at"` // RFC 3339
		Date       string            `json:"date"`       // business date
		Floor      int               `json:"floor"`
		Financials bool              `json:"financials"` // the co-op agreed to publish amounts
		Figures    map[string]Figure `json:"figures"`
		Ledger     ToldLedger        `json:"ledger"`
	}
	// ToldCoop says whose report it is.
	ToldCoop struct {
		Name        string `json:"name"`
		ShortName   string `json:"short_name"`
		Type        string `json:"type"`
		Employer    string `json:"employer"`
		City        string `json:"city"`
		Region      string `json:"region"`
		LegalNumber string `json:"legal_number"`
		URL         string `json:"url"`
		Demo        bool   `json:"demo"`
	}
	// Figure is one number or date; null comes with its reason.
	Figure struct {
		Value      any    `json:"value"`
		Unit       string `json:"unit"`
		From       string `json:"from,omitempty"` // of a sum over time
		Date       string `json:"date"`
		Definition string `json:"definition"`
		Reason     string `json:"reason,omitempty"`
	}
	// ToldLedger is the end of the chain and what the last verification found.
	ToldLedger struct {
		Head     *ToldHead     `json:"head"`
		Days     []ToldHead    `json:"days"`
		Verified *ToldVerified `json:"verified"`
	}
	// ToldHead is a seal: entry and SHA-256.
	ToldHead struct {
		Date string `json:"date"`
		Seq  int64  `json:"seq"`
		Hash string `json:"hash"`
	}
	// ToldVerified is the latest verification.
	ToldVerified struct {
		At     string   `json:"at"`
		OK     bool     `json:"ok"`
		Checks int      `json:"checks"`
		Failed []string `json:"failed"`
	}
)

// tell says what may be said.
func tell(c content) Told {
	f := c.figures
	t := Told{Schema: reportSchema, UpdatedAt: f.AsOf.Format(time.RFC3339), Date: f.BusinessDate, Floor: Floor, Financials: c.coop.Financials,
		Coop:    ToldCoop{c.coop.Name, c.coop.ShortName, c.coop.Type, c.coop.Employer, c.coop.City, c.coop.Region, c.coop.LegalNumber, siteOf(c.coop), c.coop.Demo},
		Figures: map[string]Figure{}, Ledger: ledgerOf(f)}
	if t.Coop.Type == "" {
		t.Coop.Type = "konsumen"
	}
	t.people("members", f.Members)
	t.people("staff", f.Employees)
	if f.allButFew() {
		t.set("staff", Figure{Unit: unitPeople, Reason: reasonFew})
	}
	t.people("operators", f.Operators)
	t.people("managers", f.Managers)
	t.participation(f)
	t.amount("own_capital", f.Wealth.Own, "", f)
	t.amount("outside_capital", f.Wealth.Outside, "", f)
	t.amount("assets", f.Wealth.Assets, "", f)
	year := f.BusinessDate[:min(4, len(f.BusinessDate))] + "-01-01"
	t.amount("volume", f.Wealth.Volume, year, f)
	t.amount("surplus", f.Wealth.Surplus, year, f)
	t.annualMeeting(c.reports)
	return t
}

func siteOf(c Coop) string { return strings.TrimRight(c.URL, "/") }

func (t *Told) set(key string, f Figure) {
	f.Date, f.Definition = t.Date, t.Coop.URL+"/bukti/#"+key
	t.Figures[key] = f
}

func (t *Told) people(key string, n int64) {
	f := Figure{Unit: unitPeople, Value: n}
	if few(n) {
		f.Value, f.Reason = nil, reasonFew
	}
	t.set(key, f)
}

// participation is the staff who are members, as a share of the staff list, and how many.
func (t *Told) participation(f Figures) {
	count, rate := Figure{Unit: unitPeople, Reason: reasonFew}, Figure{Unit: unitBP, Reason: reasonFew}
	if f.joinedShown() {
		count, rate = Figure{Unit: unitPeople, Value: f.StaffMembers}, Figure{Unit: unitBP, Value: share(f.StaffMembers, f.Employees)}
	}
	t.set("staff_members", count)
	t.set("participation", rate)
	for _, key := range []string{"staff_members", "participation"} {
		fig := t.Figures[key]
		fig.Definition = t.Coop.URL + "/bukti/#joined"
		t.Figures[key] = fig
	}
}

// amount is a sum of the books. One that is about a few would follow from the others, so they go together.
func (t *Told) amount(key string, amount money.Rupiah, from string, f Figures) {
	fig := Figure{Unit: unitRupiah, From: from}
	switch {
	case !t.Financials:
		fig.Reason = reasonConsent
	case !f.amountsShown():
		fig.Reason = reasonFew
	case from != "" && !f.Wealth.Lively:
		fig.Reason = reasonNothing
	default:
		fig.Value = int64(amount)
	}
	t.set(key, fig)
}

// annualMeeting is the day on which the members' meeting approved the latest report that is published.
func (t *Told) annualMeeting(reports []Report) {
	fig := Figure{Unit: unitDate, Reason: reasonNoMeeting}
	for _, r := range reports {
		if day, _ := fig.Value.(string); r.Approved > day {
			fig = Figure{Unit: unitDate, Value: r.Approved}
		}
	}
	t.set("annual_meeting", fig)
}

func ledgerOf(f Figures) ToldLedger {
	told := ToldLedger{Days: []ToldHead{}}
	if f.Head.Seq > 0 {
		told.Head = ptr(toldHead(f.Head))
	}
	for _, h := range f.Days[:min(len(f.Days), reportDays)] {
		told.Days = append(told.Days, toldHead(h))
	}
	if len(f.Checks) > 0 {
		v := ToldVerified{At: f.CheckedAt.Format(time.RFC3339), OK: true, Checks: len(f.Checks), Failed: []string{}}
		for _, check := range f.Checks {
			if !check.OK {
				v.OK, v.Failed = false, append(v.Failed, check.Name)
			}
		}
		told.Verified = &v
	}
	return told
}

func toldHead(h Head) ToldHead { return ToldHead{h.Date, h.Seq, hex.EncodeToString(h.Hash[:])} }

func ptr[T any](v T) *T { return &v }

// report signs what is told.
func (s *site) report(c content, lang, _ string) (*variant, error) {
	if s.port.Signer == nil {
		return nil, nil
	}
	key, err := s.port.Signer()
	if err != nil {
		return nil, fmt.Errorf("showcase: report: %w", err)
	}
	raw, err := json.Marshal(tell(c))
	if err != nil {
		return nil, fmt.Errorf("showcase: report: %w", err)
	}
	body, err := json.Marshal(Envelope{reportSchema, raw, key.ID, key.Public, key.Sign(raw)})
	if err != nil {
		return nil, fmt.Errorf("showcase: report: %w", err)
	}
	v := pack(lang, jsonKind, append(body, '\n'))
	return &v, nil
}
