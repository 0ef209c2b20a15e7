package showcase

import (
	"encoding/hex"
	"html/template"
	"strings"

	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
)

// view is the front page in one language, everything in it already said. Only what may be public is in it.
type view struct {
	frame
	Figures     Figures
	Few         bool
	Headline    string
	Lead        string
	JoinedTitle string
	Today       string
	Joined      joinedView
	Saved       savedView
	Trace       traceView
	Trend       *trendView
	Savings     *savingsView
	Sales       *salesView
	Slip        *slipView
	Shelf       []goodView
	Drawings    template.HTML // the symbols that the shelf uses
	Makers      []makerView
	Pages       []linkView
	News        []linkView
	JoinPage    string // how to join, in the co-op's own words
	Pattern     *Pattern
	Program     *programView
}

type (
	proof struct {
		When, Label, Text string
		Link, More        string // the figure's whole definition
	}
	joinedView struct {
		Shown         bool
		Rate, Of, Why string
		Gauge         template.HTML
	}
	savedView struct {
		Shown        bool
		Amount, Paid string
		Bar          template.HTML
	}
	checkView struct {
		Name string
		OK   bool
	}
	dayView   struct{ Day, Seq, Hash string }
	traceView struct {
		Weave, Small      template.HTML
		Seq, Full         string
		Eights            []string
		Checks            []checkView
		Failed            bool
		Result, CheckedAt string
		Days              []dayView
	}
	row       struct{ Month, A, B, C string }
	trendView struct {
		Title string
		Chart template.HTML
		Years []part
		Rows  []row
	}
	part        struct{ Class, Name, Amount string }
	savingsView struct {
		Total string
		Bar   template.HTML
		Parts []part
	}
	salesView struct {
		Total, Members, Public string
		Bar, Chart             template.HTML
		Rows                   []row
	}
	goodView struct {
		Name, Unit, Price, Public string
		Picture, Barcode          template.HTML
	}
	makerView struct {
		Maker, Good, Sold, Share, Commission string
		Bar                                  template.HTML
	}
	linkView    struct{ Path, Title, Date, Day, Text string }
	programView struct{ System, Size, SHA256 string }
)

// Absent says why an amount is not there: nothing yet, or about too few people.
func (v *view) Absent(people int64) string {
	if few(people) {
		return v.T("withheld")
	}
	return v.T("none")
}

// Proof is a figure's date with the words that say how it is known, and the way to its whole definition.
func (v *view) Proof(when, key string) proof {
	return proof{when, v.T("how"), v.T(key + ".how"), v.To("/bukti/#" + key), v.T("how.more")}
}

// shownNews is how many notices stand on the front page.
const shownNews = 3

// home is the front page.
func (s *site) home(c content, lang string) *view {
	v := &view{frame: s.frame(c, lang, "/"), Figures: c.figures, Pattern: c.pattern}
	of := ""
	if c.coop.Employer != "" {
		of = " " + c.coop.Employer
	}
	v.Title = v.T("title", "name", c.coop.Name)
	v.Description = v.T("description", "employer", of)
	v.Headline, v.JoinedTitle = v.T("hero.title.plain"), v.T("joined.plain")
	if of != "" {
		v.Headline, v.JoinedTitle = v.T("hero.title", "employer", c.coop.Employer), v.T("joined.of_employer", "employer", c.coop.Employer)
	}
	if c.coop.Tagline != "" && !v.Translated {
		v.Headline = c.coop.Tagline
	}
	v.Lead = v.T("hero.text")
	if title := c.coop.HeroTitle[lang]; title != "" {
		v.Headline = title
	}
	if lead := c.coop.HeroLead[lang]; lead != "" {
		v.Lead = lead
	}
	v.Today, v.Few = v.Brief(c.figures.BusinessDate), few(c.figures.Members)
	v.joined()
	v.saved()
	v.Trace = traceOf(v.frame, c.figures)
	v.trend()
	v.savings()
	v.sales()
	v.Slip = slip(v.speech, c.figures.BusinessDate, s.port.Allocate)
	v.shelf(c, s.goods)
	v.texts(c)
	v.program(s.port.Program)
	v.Linked = v.linked(c)
	return v
}

// language is what visitors read who ask for none.
func language(c Coop) string { return words.Pick(c.Language) }

func (v *view) joined() {
	f := v.Figures
	if !f.joinedShown() {
		v.Joined = joinedView{Of: v.People(f.StaffMembers), Why: v.T("joined.hidden")}
		if f.allButFew() {
			v.Joined = joinedView{Of: v.T("joined.nearly"), Why: v.T("joined.nearly.why")}
		}
		return
	}
	bp := share(f.StaffMembers, f.Employees)
	v.Joined = joinedView{true, v.Percent(bp), v.T("joined.of", "joined", v.Num(f.StaffMembers), "all", v.Num(f.Employees)), "",
		gauge(bp, v.Percent(bp))}
}

func (v *view) saved() {
	a := v.Figures.Advantage
	if a.People < Floor || a.Saved <= 0 {
		return
	}
	v.Saved = savedView{true, v.Amount(a.Saved), v.Amount(a.Paid), bar([]string{"c1", "c4"}, []int64{int64(a.Paid), int64(a.Saved)})}
}

// shownChecks is how many checks are named before the rest are counted.
const shownChecks = 6

// shownDays is how many daily heads stand on the front page.
const shownDays = 3

// traceOf is the end of the chain, its latest days and what the checks found.
func traceOf(v frame, f Figures) traceView {
	t := &traceView{}
	if f.Head.Seq > 0 {
		t.Seq, t.Full = v.Num(f.Head.Seq), hex.EncodeToString(f.Head.Hash[:])
		for i := 0; i < len(t.Full); i += 8 {
			t.Eights = append(t.Eights, t.Full[i:i+8])
		}
		t.Weave, t.Small = weave(f.Head.Hash, 64, 4, "large"), weave(f.Head.Hash, 16, 4, "small")
	}
	for _, d := range f.Days[:min(len(f.Days), shownDays)] {
		h := hex.EncodeToString(d.Hash[:])
		t.Days = append(t.Days, dayView{v.Day(d.Date), v.T("trace.days.n", "seq", v.Num(d.Seq)), h[:8] + "…" + h[58:]})
	}
	t.checks(v, f)
	return *t
}

// checks names what failed first, then the rest up to the row's end, and counts what is left.
func (t *traceView) checks(v frame, f Figures) {
	if len(f.Checks) == 0 {
		return
	}
	var failed, passed []checkView
	for _, c := range f.Checks {
		name := v.check(c.Name, "")
		if c.OK {
			passed = append(passed, checkView{name, true})
		} else {
			failed = append(failed, checkView{name, false})
		}
	}
	t.Checks = append(failed, passed...)
	if rest := len(t.Checks) - shownChecks; rest > 0 && len(failed) < shownChecks {
		t.Checks = append(t.Checks[:shownChecks-1:shownChecks-1], checkView{v.T("trace.more", "n", rest+1), true})
	}
	t.Failed = len(failed) > 0
	t.Result = v.T("trace.passed", "n", len(passed), "all", len(f.Checks))
	if t.Failed {
		t.Result = v.T("trace.failed", "n", len(failed), "all", len(f.Checks))
	}
	t.CheckedAt = v.speech.Moment(f.CheckedAt)
}

// trend shows the participation by month, once there are two months that may be shown.
func (v *view) trend() {
	var months []Joined
	for _, m := range v.Figures.Participation {
		if m.Members >= Floor && m.Employees >= Floor && !few(m.Employees-m.Members) {
			months = append(months, m)
		}
	}
	if len(months) < 2 || v.Figures.allButFew() {
		return
	}
	c := chart{id: "trend", title: v.T("trend.svg"), right: 915, room: 190}
	t := &trendView{}
	highest, fall, deepest := int64(0), -1, int64(0)
	for i, m := range months {
		bp := share(m.Members, m.Employees)
		highest = max(highest, bp)
		col := v.column(m.Period, i, bp)
		if i > 0 {
			before := share(months[i-1].Members, months[i-1].Employees)
			if before-bp > deepest {
				fall, deepest = i, before-bp
			}
		}
		if m.Period[:4] != months[len(months)-1].Period[:4] {
			col.class = "past"
		}
		c.columns = append(c.columns, col)
		t.Rows = append(t.Rows, row{v.LongMonth(m.Period), v.Num(m.Members), v.Num(m.Employees), v.Percent(bp)})
	}
	last := len(months) - 1
	c.columns[last].class = "now"
	from, to := c.columns[0].parts[0], c.columns[last].parts[0]
	c.scale(v.speech, highest)
	c.desc = v.T("trend.desc", "from", v.Percent(from), "first", v.LongMonth(months[0].Period), "to", v.Percent(to), "last", v.LongMonth(months[last].Period))
	c.notes = []note{{0, v.Percent(from), "said"}, {last, v.Percent(to), "big"}}
	if fall > 1 && fall < last-2 {
		c.notes = append(c.notes, note{fall, v.T("trend.fall", "month", v.Month(months[fall].Period)), "said"})
	}
	if first, now := months[0].Period[:4], months[last].Period[:4]; first != now {
		past := first
		for _, m := range months {
			if year := m.Period[:4]; year != first && year != now {
				past = first + "–" + year
			}
		}
		t.Years = []part{{Class: "c2", Name: past}, {Class: "c1", Name: now}, {Class: "c4", Name: v.LongMonth(months[last].Period)}}
	}
	t.Chart, t.Title = c.svg("chart"), v.T("trend.title.plain")
	if a, b := v.OneIn(from), v.OneIn(to); a != b {
		t.Title = v.T("trend.title", "from", a, "to", b)
	} else if from != to {
		t.Title = v.T("trend.title", "from", v.Percent(from), "to", v.Percent(to))
	}
	v.Trend = t
}

// column is a month's bar: the year stands with the first one and with each January, which keep their label.
func (s speech) column(period string, i int, parts ...int64) column {
	c := column{label: s.Month(period), parts: parts, marked: i == 0 || strings.HasSuffix(period, "-01")}
	if !c.marked {
		c.label, _, _ = strings.Cut(c.label, " ")
	}
	return c
}

// scale picks the top of a percent axis and its lines.
func (c *chart) scale(s speech, highest int64) {
	for _, step := range []int64{100, 250, 500, 1000, 2000} {
		c.top, c.grid = 0, nil
		for c.top < highest {
			c.top += step
		}
		if c.top <= 5*step {
			for at := int64(0); at <= c.top; at += step {
				c.grid = append(c.grid, gridline{at, s.Percent(at)})
			}
			return
		}
	}
}

func (v *view) savings() {
	kinds, total, shown := v.Figures.savings()
	if !shown || total.Amount == 0 {
		return
	}
	v.Savings = &savingsView{Total: v.Amount(total.Amount)}
	classes := []string{"c0", "c1", "c2"}
	names := []string{"savings.principal", "savings.mandatory", "savings.voluntary"}
	amounts := []int64{}
	for i, k := range kinds {
		amounts = append(amounts, int64(k.Amount))
		v.Savings.Parts = append(v.Savings.Parts, part{classes[i], v.T(names[i]), v.Amount(k.Amount)})
	}
	v.Savings.Bar = bar(classes, amounts)
}

func (v *view) sales() {
	f := v.Figures
	if few(f.MemberSales.People) || f.MemberSales.Amount+f.NonMemberSales == 0 {
		return
	}
	v.Sales = &salesView{Total: v.Amount(f.MemberSales.Amount + f.NonMemberSales), Members: v.Amount(f.MemberSales.Amount),
		Public: v.Amount(f.NonMemberSales), Bar: bar([]string{"c1", "c4"}, []int64{int64(f.MemberSales.Amount), int64(f.NonMemberSales)})}
	months, hidden := f.months()
	if len(months) < 2 {
		return
	}
	c := chart{id: "sales", title: v.T("sales.svg"), right: 1000, room: 170}
	high := 0
	for i, m := range months {
		c.columns = append(c.columns, v.column(m.Period, i, int64(m.Members.Amount), int64(m.NonMember)))
		c.columns[i].hide = hidden[i]
		line := row{Month: v.LongMonth(m.Period), A: v.Amount(m.Members.Amount), B: v.Amount(m.NonMember)}
		if hidden[i] {
			line.A, line.B = v.T("few"), "–"
		}
		v.Sales.Rows = append(v.Sales.Rows, line)
		if sum := int64(m.Members.Amount + m.NonMember); sum > c.top {
			c.top, high = sum, i
		}
	}
	last := len(months) - 1
	c.grid = []gridline{{0, ""}}
	c.desc = v.T("sales.desc", "first", v.LongMonth(months[0].Period), "last", v.LongMonth(months[last].Period))
	c.notes = []note{{high, v.Short(money.Rupiah(c.top)), "mid"}}
	v.Sales.Chart = c.svg("chart low")
}

// shelf says prices; a good without a member price has one price for everybody.
func (v *view) shelf(c content, goods catalogue) {
	for _, g := range c.shelf {
		good := goodView{Name: g.Name, Unit: g.Unit, Price: v.Amount(g.MemberPrice), Picture: goods.draw(g.Name), Barcode: barcode(g.Barcode)}
		if g.PublicPrice != g.MemberPrice {
			good.Public = v.Amount(g.PublicPrice)
		}
		v.Shelf = append(v.Shelf, good)
	}
	v.Drawings = goods.drawings(v.Shelf)
	for _, m := range c.makers {
		v.Makers = append(v.Makers, makerView{m.Maker, m.Good, v.Quantity(m.Sold), v.Amount(m.Share), v.Amount(m.Commission),
			bar([]string{"c1", "c4"}, []int64{int64(m.Share), int64(m.Commission)})})
	}
}

// texts are the latest notices and the way to every page.
func (v *view) texts(c content) {
	for _, p := range c.pages[v.Lang] {
		v.Pages = append(v.Pages, linkView{Path: v.To(pagePath(p.Slug)), Title: p.Title, Text: excerpt(p.Body)})
		if p.Section == "join" && v.JoinPage == "" {
			v.JoinPage = v.To(pagePath(p.Slug))
		}
	}
	for _, n := range c.news[v.Lang][:min(len(c.news[v.Lang]), shownNews)] {
		v.News = append(v.News, linkView{v.To(newsPath(n.Slug)), n.Title, n.Date, v.Brief(n.Date), excerpt(n.Body)})
	}
}

func (v *view) program(of func() (Program, bool)) {
	if of == nil {
		return
	}
	if p, known := of(); known {
		v.Program = &programView{p.System, v.Num((p.Bytes + 500_000) / 1_000_000), p.SHA256}
	}
}
