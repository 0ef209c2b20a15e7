package e2e_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/xuri/excelize/v2"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// The story's dates: what is bought until 20 November is deducted from the pay of 1 December.
const period = clock.Period("2026-12")

// asked is what a manager's login costs: the door asks first whether an operator has that e-mail.
const asked = "400 http"

func morning(date clock.Date) time.Time { return date.Time().Add(3 * time.Hour) } // ten in Jakarta

// The goods of the story, with their barcodes.
var (
	rice   = ean("899552200001")
	soap   = ean("899552200002")
	coffee = ean("899552200003")
)

// A shop's list as its old till wrote it: soap has stock already, rice and coffee have none.
var shopList = "Kode,Barcode,Nama Barang,Kategori,Satuan,Harga Beli,Harga Jual,Harga Anggota,Stok\r\n" +
	"BRS5," + rice + ",Beras Pandan 5 kg,Beras,karung,66.000,75.000,72.000,0\r\n" +
	"SBN1," + soap + ",Sabun Mandi Sirih,Perawatan,pcs,9.000,12.500,12.000,40\r\n" +
	"KPI1," + coffee + ",Kopi Bubuk Robusta,Minuman,bks,,16.500,0,0\r\n"

var staff = []string{"Rani Prameswari", "Joko Susanto", "Dewi Lestari", "Agus Wirawan", "Siti Rohmah", "Bambang Irawan", "Maria Goreti",
	"Ketut Sudarma", "Yohanes Tabuni", "Nur Aini", "Fajar Nugroho", "Lilis Suryani"}

// staffList is a staff list as an office saves it: semicolons, a mark in front, headers with dots and
// blanks, day-month-year, amounts with dots, a NIP that a spreadsheet mangled, and a total at the end.
func staffList() []byte {
	var b bytes.Buffer
	b.WriteString("\ufeffNip ;NIK;NAMA PEGAWAI;Jenis Kelamin;Tgl Lahir;Status Pegawai;Golongan;Kd Satker;Nama Satker;Gaji Bersih (Rp);E-mail;No. HP\r\n")
	for i, name := range staff {
		sex, digit, day := "P", "2", 40+10+i
		if i%2 == 1 {
			sex, digit, day = "L", "1", 10+i
		}
		unit := []string{"622801;Sekretariat Kementerian", "622802;Deputi Bidang Perkoperasian"}[i%2]
		fmt.Fprintf(&b, "198603%02d201001%s%03d;317101%02d0386%04d;%s;%s;%02d/03/1986;PNS;III/b;%s;%s;%s@contoh.id;0812000000%02d\r\n",
			10+i, digit, i+1, day, i+1, name, sex, 10+i, unit, rupiah(6_400_000+i*100_000), strings.ToLower(strings.ReplaceAll(name, " ", ".")), i)
	}
	b.WriteString("1,98609E+17;3171012509860099;Tono Tanpa NIP;L;25/09/1986;PNS;III/a;622801;Sekretariat Kementerian;5.900.000;;\r\n")
	b.WriteString(";;JUMLAH;;;;;;;87.800.000;;\r\n")
	return b.Bytes()
}

// TestFromStaffListToSettledDeduction goes through the purpose of the platform in one piece: a staff list
// and a catalogue come in, people join, a member buys at the till on payroll deduction, the month's list
// goes to the officers, their answer comes back, is settled and paid, the member sees it all on a phone,
// and the public sees the figures.
func TestFromStaffListToSettledDeduction(t *testing.T) {
	o := newOffice(t)
	s := &story{office: o}
	for _, email := range []*string{&s.cashier, &s.keeper, &s.treasurer} {
		role := map[*string]act.Role{&s.cashier: act.Cashier, &s.keeper: act.Storekeeper, &s.treasurer: act.Treasurer}[email]
		*email = o.hire(role, map[act.Role]string{act.Cashier: "Wening Astuti", act.Storekeeper: "Ujang Suherman", act.Treasurer: "Yustina Kalembu"}[role])
	}
	o.Travel(morning("2026-11-03"))
	s.listsComeIn()
	s.peopleJoin()
	s.welcome()
	s.goodsArrive()
	o.Travel(morning("2026-11-04"))
	s.aDayAtTheTill()
	o.Travel(morning("2026-11-23"))
	s.theListGoesOut()
	o.Travel(morning("2026-12-02"))
	s.theAnswerComesBack()
	s.itIsSettledAndPaid()
	s.theMemberSeesItAll()
	s.thePublicSeesTheFigures()
	o.Verify()
}

type story struct {
	*office
	cashier, keeper, treasurer string // e-mails
	rani, card                 string // her number as printed, and what her card says
	lists                      map[string][][]string
	till                       *person
}

func (s *story) somebody() *person { return somebody(s.t, s.url, s.Now) }

func (s *story) listsComeIn() {
	var in imported
	s.upload("/api/coop/import/employees", "Data Pegawai.csv", staffList(), &in)
	var told []string
	for _, r := range in.Rejected {
		told = append(told, fmt.Sprintf("%d %s %s", r.Row, r.Field, r.Code))
	}
	if in.Created != len(staff) || strings.Join(told, ", ") != "14 nip nip_mangled, 15 name total_line" {
		s.t.Errorf("the staff list: %+v", in)
	}
	s.upload("/api/coop/import/products", "katalog.csv", []byte(shopList), &in)
	if in.Created != 3 {
		s.t.Errorf("the catalogue: %+v", in)
	}
}

// peopleJoin: the manager invites all on the list and takes in eleven: ten pay the principal savings in
// cash, one from the pay, and one never answers.
func (s *story) peopleJoin() {
	p := s.somebody()
	p.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	p.goTo("/kelola/#/anggota")
	p.press(say("office.invite"))
	p.press(say("office.choose_all", "n", len(staff)))
	p.press(say("office.invite_n", "n", len(staff)))
	p.sees(say("office.did_invite", "n", len(staff)))
	join := func(name, way, voluntary string) {
		p.press(say("office.join"))
		p.until("the dialog", `document.querySelector('dialog[open]')`) // the register behind it has the same names
		p.press(name)
		p.fill(say("office.consent_reference"), "FORM-12/KPDK/2026")
		p.press(say("office.join_signed"))
		p.fill(say("office.mandate_reference"), "SK-12/KPDK/2026")
		p.fill(say("office.mandate_max"), "1.000.000")
		p.fill(say("office.voluntary"), voluntary)
		p.choose(say("office.principal"), say("office.principal_"+way))
		p.press(say("office.join_n", "n", 1))
		p.sees(say("office.did_join", "n", 1))
		if way == "cash" {
			p.sees(say("office.join_receipt"))
			p.press(say("common.close"))
		}
		p.until("the dialog is gone", `!document.querySelector('dialog[open]')`)
	}
	join(staff[0], "cash", "50.000")
	join(staff[10], "payroll", "0")
	var register struct {
		Members []struct {
			Number int64  `json:"number"`
			Name   string `json:"name"`
		} `json:"members"`
	}
	s.get(s.manager, "/api/coop/members?status=invited&limit=200", &register)
	for _, m := range register.Members { // the others by the same act
		if slices.Contains(staff[1:10], m.Name) {
			s.post(s.manager, "/api/coop/members/join", map[string]any{"id": ulid.New(), "members": []int64{m.Number}, "consent_reference": "FORM-12/KPDK/2026", "consent_date": clock.Of(s).Today(),
				"mandate_reference": "SK-12/KPDK/2026", "mandate_max_rupiah": 1_000_000, "voluntary_rupiah": 50_000, "principal": "cash"}, nil)
		}
	}
	p.content(asked)
}

// goodsArrive: the storekeeper scans rice and coffee in, bought on credit.
func (s *story) goodsArrive() {
	s.post(s.manager, "/api/collections/suppliers/records", map[string]any{"name": "Toko Grosir Makmur"}, nil)
	p := s.somebody()
	p.logIn("/kelola/", say("common.identity_email"), s.keeper, secret)
	p.goTo("/kelola/#/barang")
	for _, in := range []struct{ barcode, unit, quantity, cost string }{{rice, "karung", "30", "66.000"}, {coffee, "bks", "24", "13.000"}} {
		p.fill(say("office.scan_or_type"), in.barcode+kb.Enter)
		p.fill(say("office.quantity")+" ("+in.unit+")", in.quantity)
		p.fill(say("office.cost"), in.cost)
	}
	p.choose(say("office.supplier"), "Toko Grosir Makmur")
	p.press(say("office.receive_go"))
	p.sees(say("office.receive_goods_title"))
	p.press(say("office.receive_go"))
	p.sees(say("office.did_receive_goods", "amount", rupiah(30*66_000+24*13_000)))
	p.content()
}

// aDayAtTheTill: Rani buys on payroll deduction, somebody from the street pays cash, and the drawer is
// counted.
func (s *story) aDayAtTheTill() {
	p := s.somebody()
	s.till = p
	p.logIn("/kasir/", say("common.identity_email"), s.cashier, secret)
	s.openShift()
	p.keys(rice + kb.Enter)
	p.keys(rice + kb.Enter)
	p.keys(soap + kb.Enter)
	p.seesAt(".lines", "Beras Pandan 5 kg")
	p.keys(s.card + kb.Enter)
	p.sees(say("till.card_good"), "Rani Prameswari")
	p.seesAt(".tot", rupiah(156_000))
	p.keys(kb.F2)
	p.press(say("till.finish"))
	p.sees(say("till.done", "number", "K1-00001"), say("till.booked"))
	p.seesAt(".slip", "Beras Pandan 5 kg")
	p.seesAt(".slip", rupiah(156_000))

	p.press(say("till.next"))
	p.keys(coffee + kb.Enter)
	p.keys(soap + kb.Enter)
	p.seesAt(".tot", rupiah(29_000))
	p.keys(kb.F1)
	p.fill(say("till.cash_given"), "50000"+kb.Enter)
	p.sees(say("till.done", "number", "K1-00002"), say("till.change_due_rp"))
	p.seesAt(".mega", rupiah(21_000))

	s.othersBuy()
	p.goTo("/kasir/#/tutup")
	p.fill(say("till.counted"), "377500")
	p.pressAt(`button[type=submit]`)
	p.sees(say("till.closed_even"))
	p.press(say("till.closed_next"))
	p.content()
}

// othersBuy: the other nine members buy a coffee each, in cash, so that the shop's figures are about enough
// people to be shown.
func (s *story) othersBuy() {
	cashier := s.token("operators", s.cashier)
	var open struct{ Shift struct{ ID string } }
	s.get(cashier, "/api/coop/store/shifts/current", &open)
	var all struct {
		Members []struct {
			Number int
			Name   string
		}
	}
	s.get(s.manager, "/api/coop/members?status=active", &all)
	for _, m := range all.Members {
		if m.Name == "Rani Prameswari" {
			continue
		}
		s.post(cashier, "/api/coop/store/sales", map[string]any{"id": ulid.New(), "shift": open.Shift.ID, "sold_at": s.Now(), "offline": false, "buyer": map[string]any{"member": m.Number},
			"lines": []any{map[string]any{"barcode": coffee, "quantity": "1"}}, "tenders": []any{map[string]any{"kind": "cash", "amount_rupiah": 16_500}}}, nil)
	}
}

func (s *story) openShift() {
	s.till.fill(say("till.float"), "200000")
	s.till.press(say("till.open_shift"))
	s.till.sees(say("till.empty"), say("till.empty_text", "n", 3)) // the goods are on the device
}

// welcome gives Rani a password and asks for her card with it.
func (s *story) welcome() {
	who, err := s.FindFirstRecordByData("members", "name", "Rani Prameswari")
	s.must(err)
	who.SetPassword(secret)
	s.must(s.Save(who))
	s.rani = member.PrintNumber(int64(who.GetInt("number")))
	var card struct{ Payload string }
	s.get(s.token("members", fmt.Sprint(who.GetInt("number"))), "/api/coop/me/card", &card)
	s.card = card.Payload
}

func (s *story) atTheRun(email string) *person {
	p := s.somebody()
	p.logIn("/kelola/", say("common.identity_email"), email, secret)
	p.goTo("/kelola/#/potong-gaji/" + string(period))
	return p
}

// mayBeLockedEarly: members were told that they have some days to look; the treasurer can't lock, and the manager
// says why it goes faster.
func (s *story) mayBeLockedEarly(treasurer *person) {
	treasurer.seesAt(".consequence", "Anggota masih bisa memeriksa")
	p := s.atTheRun("manajer@contoh.id")
	p.press(say("office.act_early"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.fill(say("office.why"), "Gaji dibayar lebih awal bulan ini.")
	p.press(say("office.act_early"))
	p.sees(say("office.did_early"))
	p.seesAt(".consequence", "Gaji dibayar lebih awal bulan ini.")
	p.content(asked)
	treasurer.seesAt(".consequence", "Gaji dibayar lebih awal bulan ini.")
}

// theListGoesOut: the treasurer drafts and locks; the manager, a second person, takes the officers' files with
// their letters and marks them as sent. A file is known as the locked list.
func (s *story) theListGoesOut() {
	p := s.atTheRun(s.treasurer)
	for _, step := range []string{"draft", "lock"} {
		p.press(say("office.act_" + step))
		p.until("the question", `document.querySelector('dialog[open]')`)
		p.press(say("office.act_" + step))
		p.sees(say("office.did_" + step))
		p.until("the dialog is gone", `!document.querySelector('dialog[open]')`)
		if step == "draft" {
			s.mayBeLockedEarly(p)
		}
	}
	p.seesAt(".consequence", say("office.reason_payroll.same_person"))
	p.content("404") // the run that was not there yet

	p = s.atTheRun("manajer@contoh.id")
	dir := s.t.TempDir()
	p.takesFiles(dir)
	p.press(say("office.act_export"))
	s.lists = map[string][][]string{}
	for _, unit := range []string{"Sekretariat Kementerian", "Deputi Bidang Perkoperasian"} {
		p.press("CSV " + unit)
		s.lists[unit] = s.readList(p.file())
		p.press("XLSX " + unit)
		s.sameInWorkbook(p.file(), s.lists[unit])
		p.press(say("office.letter") + " " + unit)
		if letter, err := os.ReadFile(p.file()); err != nil || !bytes.HasPrefix(letter, []byte("%PDF-")) {
			s.t.Errorf("the letter to %s: %v", unit, err)
		}
	}
	p.press(say("office.act_export"))
	p.sees(say("office.did_export"))
	p.press(say("common.close"))
	p.seesAt("ol.path [aria-current=step]", say("office.state_sent"))
	p.press(say("office.check_file"))
	p.until("the question", `document.querySelector('dialog[open] input[type=file]')`)
	list := filepath.Join(dir, "list.csv")
	var b bytes.Buffer
	s.must(csv.NewWriter(&b).WriteAll(s.lists["Sekretariat Kementerian"]))
	s.must(os.WriteFile(list, b.Bytes(), 0o600))
	p.do(chromedp.SetUploadFiles(chromedp.CSS(`dialog[open] input[type=file]`), []string{list}))
	p.seesAt(".verdict", "DPG-2026/000")
	p.press(say("common.close"))
	p.content(asked)

	rani := s.row("Rani Prameswari")
	for column, want := range map[string]string{"mandatory": "50000", "voluntary": "50000", "store": "156000", "total": "256000", "nip": "198603102010012001"} {
		if got := rani[s.column(column)]; got != want {
			s.t.Errorf("the list asks Rani's officer for %s %s, want %s", column, got, want)
		}
	}
	if got := len(s.lists["Sekretariat Kementerian"]) + len(s.lists["Deputi Bidang Perkoperasian"]); got != 2+11 {
		s.t.Errorf("%d lines on the lists, with their heads; want 13", got)
	}
}

func (s *story) readList(path string) [][]string {
	s.t.Helper()
	raw, err := os.ReadFile(path)
	s.must(err)
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	s.must(err)
	return rows
}

// sameInWorkbook: what people open says the same as what machines read.
func (s *story) sameInWorkbook(path string, rows [][]string) {
	s.t.Helper()
	book, err := excelize.OpenFile(path)
	s.must(err)
	defer book.Close()
	cells, err := book.GetRows(book.GetSheetName(0))
	s.must(err)
	for _, row := range rows[1:] {
		if !slices.ContainsFunc(cells, func(c []string) bool { return slices.Contains(c, row[s.columnOf(rows, "nip")]) }) {
			s.t.Errorf("%s stands in the CSV only", row[s.columnOf(rows, "name")])
		}
	}
}

func (s *story) columnOf(rows [][]string, field string) int {
	s.t.Helper()
	at := slices.Index(rows[0], say("payroll.list."+field))
	if at < 0 {
		s.t.Fatalf("no column %s in %q", field, rows[0])
	}
	return at
}

func (s *story) column(field string) int {
	return s.columnOf(s.lists["Sekretariat Kementerian"], field)
}

// row is a person's line on the lists.
func (s *story) row(name string) []string {
	s.t.Helper()
	for _, rows := range s.lists {
		for _, row := range rows {
			if row[s.column("name")] == name {
				return row
			}
		}
	}
	s.t.Fatalf("%s is on no list", name)
	return nil
}

// theAnswerComesBack: the officers fill in their lists. Rani's pay was too small for all of it; Joko's
// officer deducted more than was asked.
func (s *story) theAnswerComesBack() {
	for _, rows := range s.lists {
		for _, row := range rows[1:] {
			row[s.column("deducted")] = row[s.column("total")]
		}
	}
	rani, joko := s.row("Rani Prameswari"), s.row("Joko Susanto")
	rani[s.column("deducted")], rani[s.column("reason")] = "150.000", "Gaji tidak mencukupi"
	joko[s.column("deducted")] = "125000"
	p := s.atTheRun(s.treasurer)
	for i, unit := range []string{"Sekretariat Kementerian", "Deputi Bidang Perkoperasian"} {
		var b bytes.Buffer
		s.must(csv.NewWriter(&b).WriteAll(s.lists[unit]))
		path := filepath.Join(s.t.TempDir(), "jawaban.csv")
		s.must(os.WriteFile(path, b.Bytes(), 0o600))
		p.press(say([]string{"office.act_answer", "office.todo_upload"}[i]))
		p.until("the question", `document.querySelector('dialog[open] input[type=file]')`)
		p.do(chromedp.SetUploadFiles(chromedp.CSS(`dialog[open] input[type=file]`), []string{path}))
		p.seesAt("dialog[open]", say("office.preview_deducted"))
		p.press(say("office.act_answer"))
		p.sees(say("office.read_all"))
		p.press(say("common.close"))
	}
	p.seesAt("ol.path [aria-current=step]", say("office.state_answered"))
	p.sees(say("office.todo_excess"), say("office.todo_partial"))
	p.seesAt(".rec", rupiah(1_175_000)+" = "+rupiah(1_150_000)) // all of it is what was owed and 25.000 above it
	// Whoever prepared the list doesn't settle it: the page says so, and so does the server.
	p.seesAt(".consequence", say("office.reason_payroll.same_person"))
	p.until("a button that can't be pressed", fmt.Sprintf(`e2e.find('.consequence button', %s)?.disabled`, quote(say("office.act_settle"))))
	status, raw := s.ask(s.token("operators", s.treasurer), "POST", "/api/coop/payroll/runs/"+string(period)+"/settle", map[string]any{"id": ulid.New()})
	if status < 400 || !strings.Contains(string(raw), "payroll.same_person") {
		s.t.Errorf("the treasurer settles what she prepared: %d %s", status, raw)
	}
	p.content()
}

// itIsSettledAndPaid: the manager settles, the money of both units is seen on the bank account.
func (s *story) itIsSettledAndPaid() {
	p := s.atTheRun("manajer@contoh.id")
	p.seesAt(".consequence", rupiah(1_175_000))
	p.press(say("office.act_settle"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.seesAt("dialog .sum", rupiah(1_175_000))
	p.press(say("office.act_settle"))
	p.sees(say("office.did_settle"))
	p.content(asked)
	q := s.atTheRun(s.treasurer)
	for range 2 {
		q.press(say("office.act_receive"))
		q.until("the question", `document.querySelector('dialog[open]')`)
		q.press(say("office.act_receive"))
		q.until("the dialog is gone", `!document.querySelector('dialog[open]')`)
	}
	q.seesAt("ol.path", say("office.state_received"))
	q.sees(say("office.run_closed"))
	q.content()
}

// theMemberSeesItAll on a small phone: what is hers, what she owes and why, what was deducted and why
// not all of it, and a purchase of this minute without asking for it.
func (s *story) theMemberSeesItAll() {
	p := s.somebody()
	p.size(phone, 800)
	p.logIn("/anggota/", say("common.identity"), s.rani, secret)
	p.sees("Rani", say("member.own"))
	p.seesAt(".own", rupiah(150_000)) // principal and mandatory savings
	p.seesAt(".own", rupiah(100_000))
	p.press(say("member.deductions"))
	p.goTo("/anggota/#/tagihan")
	p.seesAt(".lead-fig", rupiah(56_000))
	p.press("K1-00001")
	p.seesAt(".slip", "Beras Pandan 5 kg")
	p.seesAt(".slip", "2 karung × 72.000")
	p.seesAt(".slip", rupiah(144_000))
	p.seesAt(".slip", "Sabun Mandi Sirih")
	p.seesAt(".slip", say("member.saved", "amount", rupiah(2*3_000+500)))
	p.goTo("/anggota/#/potongan/" + string(period))
	p.seesAt(".lead-fig", rupiah(150_000))
	p.sees(say("member.why_rest"), say("member.reason_insufficient_pay"))
	p.seesAt(".parts", rupiah(100_000)) // of the store's 156.000
	p.until("where the chain stood when it was booked", `/[0-9a-f]{16}@\d+/.test(document.querySelector('.trace')?.innerText ?? '')`)
	p.goTo("/anggota/")
	p.seesAt(".home", rupiah(56_000))
	p.goTo("/") // and back, to a page that the browser may have kept: its line is opened again
	p.eval(`setTimeout(() => history.back())`)
	p.until("the way back", `location.pathname === '/anggota/'`)
	p.seesAt(".home", rupiah(56_000))
	p.until("the line for news", `performance.getEntriesByType('resource').some((r) => r.name.includes('/api/realtime'))`)
	p.eval(`globalThis.sameVisit = true`)

	s.till.goTo("/kasir/")
	s.openShift()
	s.till.keys(soap + kb.Enter)
	s.till.seesAt(".lines", "Sabun Mandi Sirih")
	s.till.keys(s.card + kb.Enter)
	s.till.sees(say("till.card_good"))
	s.till.keys(kb.F2)
	s.till.press(say("till.finish"))
	s.till.sees(say("till.done", "number", "K1-00012"))
	s.till.content()

	p.sees(say("member.news_sale"), "K1-00012")
	p.seesAt(".home", rupiah(68_000))
	if p.eval(`globalThis.sameVisit`) != "true" {
		s.t.Error("the page was loaded again")
	}
	p.until("nothing beyond the edge", `document.documentElement.scrollWidth <= innerWidth`)
	p.content()
}

// thePublicSeesTheFigures without a single script.
func (s *story) thePublicSeesTheFigures() {
	p := s.somebody()
	_, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	s.must(err)
	sales := rupiah(156_000 + 29_000 + 9*16_500 + 12_000)
	text := ""
	for end := time.Now().Add(patience); !strings.Contains(text, sales) && time.Now().Before(end); { // the page may be a few seconds old
		p.do(chromedp.Navigate(s.url + "/"))
		text, err = chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		s.must(err)
		text = strings.Join(strings.Fields(text), " ")
	}
	for what, want := range map[string]string{"the members": "11", "participation, and that one person is left out of it in no figure": say("show.joined.nearly"), "the savings": rupiah(2_050_000), "the sales": sales} {
		if !strings.Contains(text, want) {
			s.t.Errorf("the public page does not show %s: %s", what, want)
		}
	}
	if s.t.Failed() {
		s.t.Log(text)
	}
	p.content()
}
