package payroll_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
)

// TestMonthsThatABookkeeperCanRead plays the months of testdata/months: each file says above the line what
// happens, in the bookkeeper's words, and below it what the list asks for, where each rupiah of the answer
// goes, and the journal. With GOLDEN=1 the lower halves are written anew.
func TestMonthsThatABookkeeperCanRead(t *testing.T) {
	files, err := filepath.Glob("testdata/months/*.txt")
	if err != nil || len(files) < 8 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			told, _, _ := strings.Cut(string(raw), "\n== HASIL ==\n")
			s := &story{office: newOffice(t), period: period, items: map[string]int64{}, names: map[int64]string{}}
			payroll.Bind(s, payroll.Ports{Activate: member.ActivateIfPaid, SellGoods: pricedByName})
			for n, line := range strings.Split(told, "\n") {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					s.play(n+1, strings.Fields(line))
				}
			}
			s.verify()
			checkGolden(t, "months/"+filepath.Base(file), strings.TrimRight(told, "\n")+"\n\n== HASIL ==\n"+s.out.String()+s.journal())
		})
	}
}

// pricedByName sells a thing whose name is its price; its shelf is not this room's business.
func pricedByName(_ *act.Tx, _ core.App, number int64, goods []payroll.Good) (payroll.Sold, error) {
	price, err := strconv.ParseInt(goods[0].Product, 10, 64)
	return payroll.Sold{Total: money.Rupiah(price), Lines: []payroll.SoldLine{{Product: 1, Quantity: 1000, Price: money.Rupiah(price), Amount: money.Rupiah(price)}},
		Postings: []ledger.Line{ledger.Cr(ledger.MemberSales, money.Rupiah(price), ledger.MemberParty(number))}, Take: func(*act.Tx) error { return nil }}, err
}

type story struct {
	*office
	period clock.Period
	items  map[string]int64 // by the story's own names
	names  map[int64]string
	out    strings.Builder
}

var kinds = map[string]ledger.ItemKind{"pokok": ledger.ItemPrincipal, "wajib": ledger.ItemMandatory, "sukarela": ledger.ItemVoluntary, "angsuran": ledger.ItemInstalment, "belanja": ledger.ItemStore}

func amountOf(s string) money.Rupiah {
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ".", ""), 10, 64)
	if err != nil {
		panic(err)
	}
	return money.Rupiah(n)
}

func numberOf(s string) int64 { return int64(amountOf(s)) }

func (s *story) by(number int64) act.Actor {
	return act.Actor{ID: "m", Role: act.Member, Number: number}
}

// play does one line of a story.
func (s *story) play(line int, w []string) {
	var err error
	switch w[0] {
	case "anggota": // anggota 1 kuasa 500.000 gaji 0
		s.hire(numberOf(w[1]), hired{max: amountOf(w[3]), pay: amountOf(w[5])})
	case "butir": // butir A anggota 1 belanja 2026-10-03 120.000
		s.items[w[1]] = s.owe(numberOf(w[3]), kinds[w[4]], clock.Date(w[5]), amountOf(w[6]))
		s.names[s.items[w[1]]] = w[1]
	case "kredit": // kredit K anggota 1 harga 1.000.000 jasa 60.000 kali 3
		_, _, err = payroll.MakePlan(ctx, s, ulid.New(), manager, payroll.PlanInput{Member: numberOf(w[3]), Goods: []payroll.Good{{Product: fmt.Sprint(numberOf(w[5])), Quantity: "1"}},
			Margin: amountOf(w[7]), Parts: numberOf(w[9])})
		s.nameParts(w[1])
	case "bayar": // bayar A 40.000
		item, e := ledger.ItemOf(act.Read(s), s.items[w[1]])
		s.must(e)
		s.pays(item.Member, item.ID, item.Kind.CreditAccount(), amountOf(w[2]))
	case "cabut": // cabut kuasa anggota 1
		s.mandate(numberOf(w[3]), "revoke", "2024-01-02", 0)
	case "kuasa": // kuasa anggota 1 100.000, of the day on which the story begins
		s.mandate(numberOf(w[2]), "grant", "2024-01-02", amountOf(w[3]))
	case "keluar": // keluar anggota 1
		_, _, err = member.LeaveCoop(ctx, s, ulid.New(), manager, numberOf(w[2]), member.Leave{Reason: "resigned"})
	case "keberatan": // keberatan anggota 1 butir A paling 0
		o, _, e := payroll.Object(ctx, s, ulid.New(), s.by(numberOf(w[2])), payroll.Objecting{Period: s.period, Item: s.items[w[4]], Code: "not_mine"}, "")
		s.must(e)
		in := payroll.Answering{Decision: payroll.DecideAdjust, Items: []payroll.Ceiling{{Item: s.items[w[4]], Most: amountOf(w[6])}}}
		_, _, err = payroll.AnswerObjection(ctx, s, ulid.New(), manager, o.ID, in, "dicek di struknya")
	case "pilih": // pilih anggota 1 refund
		_, _, err = payroll.ChooseExcess(ctx, s, ulid.New(), s.by(numberOf(w[2])), payroll.ExcessChosen{Choice: w[3]})
	case "susun":
		_, _, err = payroll.Draft(ctx, s, ulid.New(), treasurer, s.period, nil)
		if err == nil {
			s.nameMargins()
			s.list()
		}
	case "tampilkan":
		s.list()
	case "kunci":
		if _, _, err = payroll.Lock(ctx, s, ulid.New(), treasurer, s.period); err == nil {
			_, _, err = payroll.Export(ctx, s, ulid.New(), manager, s.period)
		}
	case "dipotong": // dipotong anggota 1 350.000 cuti
		reason := ""
		if len(w) > 4 {
			reason = payroll.ReadReason(strings.Join(w[4:], " "))
		}
		_, _, err = payroll.TakeAnswer(ctx, s, ulid.New(), treasurer, s.period, []payroll.Answer{{Row: line, Member: numberOf(w[2]), Deducted: amountOf(w[3]), Reason: reason}}, nil, nil)
	case "bukukan":
		if _, _, err = payroll.Settle(ctx, s, ulid.New(), manager, payroll.Settlement{Period: s.period, CloseUnanswered: true}, nil); err == nil {
			s.result()
		}
	case "koreksi": // koreksi anggota 1 350.000, by one and posted by another
		report, _, e := payroll.Correct(ctx, s, ulid.New(), treasurer, s.period, []payroll.Answer{{Row: line, Member: numberOf(w[2]), Deducted: amountOf(w[3])}}, nil, "berkas baru dari bendahara gaji", nil)
		s.must(e)
		if _, _, err = payroll.ApproveCorrection(ctx, s, ulid.New(), manager, payroll.CorrectionStep{Period: s.period, Correction: report.Correction}, nil); err == nil {
			s.result()
		}
	case "bulan": // bulan 2026-12, on its pay day
		s.period = clock.Period(w[1])
		cal, e := payroll.CalendarFor(act.Read(s), s.period)
		s.must(e)
		s.Travel(day(cal.PayDate.Add(1)))
	case "untuk": // untuk 2026-11: what follows is about that month, on the same day
		s.period = clock.Period(w[1])
	default:
		s.t.Fatalf("line %d: %s is no word of a story", line, w[0])
	}
	if err != nil {
		fmt.Fprintf(&s.out, "\nditolak: %s → %v\n", strings.Join(w, " "), err)
	}
}

// nameParts names the instalments of the newest plan K1, K2, …
func (s *story) nameParts(name string) {
	s.must(act.Each(act.Read(s), "SELECT n, item FROM instalment_parts WHERE plan = (SELECT max(act) FROM instalment_plans) ORDER BY n", nil, func(row act.Scanner) error {
		var n, item int64
		err := row.Scan(&n, &item)
		s.names[item] = fmt.Sprint(name, n)
		s.items[s.names[item]] = item
		return err
	}))
}

func (s *story) nameMargins() {
	s.must(act.Each(act.Read(s), "SELECT p.item, m.item FROM instalment_margins m JOIN instalment_parts p ON p.plan = m.plan AND p.n = m.n WHERE m.item IS NOT NULL", nil, func(row act.Scanner) error {
		var part, item int64
		err := row.Scan(&part, &item)
		s.names[item] = s.names[part] + "-jasa"
		return err
	}))
}

func (s *story) lines() []payroll.LineView {
	lines, err := payroll.LinesOf(act.Read(s), s.period, payroll.Page{Limit: 100})
	s.must(err)
	return lines.Lines
}

var inIndonesian = map[string]string{"mandate": "di atas kuasa", "share": "di atas porsi gaji", "objection": "keberatan diterima", "payroll.no_mandate": "tanpa kuasa", "": ""}

// list writes what is asked for, part by part in the order of allocation.
func (s *story) list() {
	fmt.Fprintf(&s.out, "\nDAFTAR %s\n", s.period)
	var due, asked money.Rupiah
	for _, l := range s.lines() {
		fmt.Fprintf(&s.out, "anggota %d: terutang %s, diminta %s %s\n", l.Member, l.Due.Format(), l.Requested.Format(), inIndonesian[l.Excluded])
		var sum money.Rupiah
		for _, p := range l.Parts {
			of := ""
			if p.Instalment != nil {
				of = fmt.Sprintf(" %d/%d", p.Instalment.N, p.Instalment.Of)
			}
			fmt.Fprintf(&s.out, "  %-10s %-12s %s %12s dari %12s  %s\n", s.names[p.Item], string(p.Kind)+of, p.Date, p.Planned.Format(), p.Due.Format(), inIndonesian[p.Kept])
			sum += p.Planned
		}
		if sum != l.Requested {
			s.t.Errorf("member %d: parts add up to %v, the line says %v", l.Member, sum, l.Requested)
		}
		due, asked = due+l.Due, asked+l.Requested
	}
	fmt.Fprintf(&s.out, "jumlah: terutang %s, diminta %s, tinggal %s\n", due.Format(), asked.Format(), (due - asked).Format())
}

// result writes where each rupiah of the answers went, and what is carried over.
func (s *story) result() {
	fmt.Fprintf(&s.out, "\nHASIL %s\n", s.period)
	for _, l := range s.lines() {
		away := ""
		if l.Elsewhere != 0 {
			away = ", di luar gaji " + l.Elsewhere.Format()
		}
		fmt.Fprintf(&s.out, "anggota %d: diminta %s, dipotong %s%s, sisa %s, kelebihan %s %s\n", l.Member, l.Requested.Format(), l.Deducted.Format(), away, l.Remaining.Format(), l.Excess.Format(), l.Reason)
		sum, remaining, elsewhere := l.Excess, money.Rupiah(0), money.Rupiah(0)
		for _, p := range l.Parts {
			fmt.Fprintf(&s.out, "  %-10s %12s dari %12s, masih terbuka %s\n", s.names[p.Item], p.Settled.Format(), p.Planned.Format(), s.remainder(p.Item).Format())
			sum, remaining, elsewhere = sum+p.Settled, remaining+p.Remaining(), elsewhere+p.Elsewhere
		}
		if l.Settled && (remaining != l.Remaining || elsewhere != l.Elsewhere) {
			s.t.Errorf("member %d: %v remains of the parts and %v of the line, %v and %v were paid elsewhere", l.Member, remaining, l.Remaining, elsewhere, l.Elsewhere)
		}
		if l.Settled && sum != l.Deducted {
			s.t.Errorf("member %d: parts and excess are %v, deducted was %v", l.Member, sum, l.Deducted)
		}
		if l.Answered && l.Requested != l.Deducted-l.Excess+l.Elsewhere+l.Remaining {
			s.t.Errorf("member %d: asked %v is not deducted %v less held %v, elsewhere %v and remaining %v", l.Member, l.Requested, l.Deducted, l.Excess, l.Elsewhere, l.Remaining)
		}
	}
}

// journal writes all entries but those that opened the story.
func (s *story) journal() string {
	var b strings.Builder
	b.WriteString("\nJURNAL\n")
	last := int64(0)
	s.must(act.Each(act.Read(s), `SELECT j.id, j.date, j.kind, a.kind, l.account, coalesce(p.kind || ' ' || p.ref, ''), l.amount FROM journal j JOIN acts a ON a.id = j.act JOIN journal_lines l ON l.entry = j.id
		LEFT JOIN parties p ON p.id = l.party WHERE j.kind <> 'opening' ORDER BY j.id, l.line`, nil, func(row act.Scanner) error {
		var id int64
		var account int
		var date, kind, source, party string
		var amount money.Rupiah
		if err := row.Scan(&id, &date, &kind, &source, &account, &party, &amount); err != nil {
			return err
		}
		if id != last {
			fmt.Fprintf(&b, "%s %s (%s)\n", date, kind, source)
			last = id
		}
		debit, credit := amount.Format(), ""
		if amount < 0 {
			debit, credit = "", (-amount).Format()
		}
		fmt.Fprintf(&b, "  %d %-24s %12s %12s\n", account, party, debit, credit)
		return nil
	}))
	return b.String()
}

// Every member's balances say what the open items say, whatever the story.
func (s *story) verify() {
	s.t.Helper()
	s.office.verify()
	s.office.refill()
	for _, account := range []int{ledger.StoreReceivable, ledger.InstalmentRecv} {
		kind := map[int]ledger.ItemKind{ledger.StoreReceivable: ledger.ItemStore, ledger.InstalmentRecv: ledger.ItemInstalment}[account]
		for number := range int64(9) {
			items, err := ledger.OpenItems(act.Read(s), number)
			s.must(err)
			var open money.Rupiah
			for _, i := range items {
				if i.Kind == kind {
					open += i.Remainder
				}
			}
			if b := s.balance(number, account); b != open {
				s.t.Errorf("member %d owes %v on %d, and items of %v are open", number, b, account, open)
			}
		}
	}
	if !slices.IsSorted([]clock.Period{period, s.period}) {
		s.t.Error("a story runs forward")
	}
}
