package showcase

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// defined are the figures that have a definition, in the order in which they are explained; report says under which
// key of the signed report the same figure stands.
var defined = []struct{ key, report string }{
	{"members", "members"}, {"joined", "participation"}, {"trend", ""}, {"saved", ""}, {"savings", ""}, {"sales", ""}, {"shelf", ""}, {"makers", ""},
	{"staff", "staff"}, {"operators", "operators"}, {"managers", "managers"}, {"own_capital", "own_capital"}, {"outside_capital", "outside_capital"},
	{"assets", "assets"}, {"volume", "volume"}, {"surplus", "surplus"}, {"annual_meeting", "annual_meeting"},
}

// openDays is how many daily heads lie open; the older ones are one press away.
const openDays = 14

type (
	proofView struct {
		frame
		Trace   traceView
		Figures []definitionView
		Asked   []askedView
		Days    []keptView
		Older   []keptView
		Kept    int
		Head    string // HASH@SEQ, as a command takes it
		Rows    string // HASH@bNUMBER of the newest seal of rows
		KeyID   string
		Key     string
	}
	definitionView struct {
		Key, Name, Value, When, How, Source string
		Absent                              bool // the value says why there is none
	}
	askedView struct {
		Name, Key, Asks, Found string
		OK                     bool
	}
	keptView struct{ Date, Seq, Hash string }
)

// check is what a check of verify is called; part "" is its short name, ".asks" its whole question. A check that has no
// words yet shows its own name.
func (f frame) check(name, part string) string {
	key := "check." + name + part
	said := f.T(key)
	switch {
	case said != "show."+key:
		return said
	case part == "":
		return name
	default:
		return ""
	}
}

// proof shows what the figures rest on and how anybody can hold the co-op to it.
func (s *site) proof(c content, lang string) *proofView {
	v := &proofView{frame: s.frame(c, lang, "/bukti/"), Trace: traceOf(s.frame(c, lang, "/bukti/"), c.figures)}
	v.titled(v.T("proof.title"), v.T("proof.text"))
	for _, check := range c.figures.Checks {
		v.Asked = append(v.Asked, askedView{v.check(check.Name, ""), check.Name, v.check(check.Name, ".asks"),
			v.T("proof.looked", "n", v.Num(int64(check.Checked))), check.OK})
	}
	for _, h := range c.figures.Days {
		v.Days = append(v.Days, keptView{h.Date, itoa(int(h.Seq)), hex.EncodeToString(h.Hash[:])})
	}
	v.Kept, v.Rows = len(v.Days), c.figures.Rows
	if v.Kept > openDays {
		v.Days, v.Older = v.Days[:openDays], v.Days[openDays:]
	}
	if h := c.figures.Head; h.Seq > 0 {
		v.Head = fmt.Sprintf("%x@%d", h.Hash, h.Seq)
	}
	if s.port.Signer != nil {
		if key, err := s.port.Signer(); err == nil {
			v.KeyID, v.Key = key.ID, base64.StdEncoding.EncodeToString(key.Public)
		}
	}
	front := s.home(c, lang)
	told := tell(c)
	for _, d := range defined {
		def := definitionView{Key: d.key, Name: v.T(d.key), How: v.T(d.key + ".how"), Source: v.T(d.key + ".source"), When: v.Moment, Value: front.shown(d.key)}
		if d.key == "joined" {
			def.Name = v.T("joined.plain")
		}
		if f, ok := told.Figures[d.report]; ok && def.Value == "" {
			def.Value, def.When, def.Absent = v.value(f), v.when(f), f.Value == nil
		}
		v.Figures = append(v.Figures, def)
	}
	return v
}

// shown is a figure as the front page says it.
func (v *view) shown(key string) string {
	switch {
	case key == "members":
		return v.People(v.Figures.Members)
	case key == "joined" && v.Joined.Shown:
		return v.Joined.Rate
	case key == "saved" && v.Saved.Shown:
		return "Rp " + v.Saved.Amount
	case key == "savings" && v.Savings != nil:
		return "Rp " + v.Savings.Total
	case key == "sales" && v.Sales != nil:
		return "Rp " + v.Sales.Total
	}
	return ""
}

// value says a figure of the report, or why it is not there.
func (f frame) value(fig Figure) string {
	switch value := fig.Value.(type) {
	case int64:
		if fig.Unit == unitRupiah {
			return "Rp " + f.Num(value)
		}
		return f.Num(value)
	case string:
		return f.speech.Date(value)
	default:
		return f.T("reason." + fig.Reason)
	}
}

func (f frame) when(fig Figure) string {
	if fig.From != "" {
		return f.Brief(fig.From) + " – " + f.Brief(fig.Date)
	}
	return f.Brief(fig.Date)
}
