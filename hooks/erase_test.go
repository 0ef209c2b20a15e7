package hooks_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
	"kpdk/hooks/treasury"
)

// erasing is a co-op whose people are to be forgotten.
type erasing struct {
	*testapp.App
	t             *testing.T
	ctx           context.Context
	boss          act.Actor
	maker, second act.Actor
	statutes      string // the hash of their words
}

// somebody of the staff list, with all that identifies people.
type somebody struct{ name, nip, nik, phone, email, born string }

func (s somebody) needles() []string {
	return append(strings.Fields(s.name), s.nip, s.nik, s.phone, s.email)
}

func done[A any](t *testing.T) func(A, bool, error) A {
	return func(a A, _ bool, err error) A {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// applies comes in on their own and signs.
func (e *erasing) applies(s somebody) (number, application int64) {
	e.t.Helper()
	return e.appliesFor(s, "", func(*member.Apply) {})
}

func (e *erasing) appliesFor(s somebody, unit string, change func(in *member.Apply)) (number, application int64) {
	e.t.Helper()
	ring, err := keys.Of(e)
	if err != nil {
		e.t.Fatal(err)
	}
	e.Record("employees", map[string]any{"name": s.name, "work_unit": unit, "status": "civil_servant", "active": true, "birth_date": s.born, "email": s.email, "phone": s.phone, "office_number": "B-" + s.nip[8:12],
		"nip_sealed": ring.Seal(s.nip), "nip_index": ring.Index("nip", s.nip), "nik_sealed": ring.Seal(s.nik), "nik_index": ring.Index("nik", s.nik)})
	number = done[login.Number](e.t)(login.ApplyToJoin(e.ctx, e, ulid.New(), "10.1.2.3", login.Apply{Described: member.Described{Name: s.name, Number: s.nip, BirthDate: clock.Date(s.born)}, Phone: s.phone, Email: s.email, Password: password})).Number
	who := act.Actor{Role: act.Member, Number: number, ID: e.record(number).Id, Name: s.name}
	in := member.Apply{Statutes: e.statutes, Principal: "cash", Consent: member.Signature{How: "typed", Typed: s.name},
		Mandate: &member.SignMandate{Max: 900_000, Signature: member.Signature{How: "typed", Typed: s.name}}}
	change(&in)
	return number, done[member.Applied](e.t)(member.ApplyForMembership(e.ctx, e, ulid.New(), who, "id", in)).Application
}

func (e *erasing) record(number int64) *core.Record {
	e.t.Helper()
	r, err := e.FindFirstRecordByData("members", "number", number)
	if err != nil {
		e.t.Fatal(err)
	}
	return r
}

func (e *erasing) joins(s somebody) (number int64) {
	e.t.Helper()
	number, application := e.applies(s)
	if out := done[member.Approved](e.t)(member.ApproveApplications(e.ctx, e, ulid.New(), e.boss, "id", member.Approve{Applications: []int64{application}})); len(out.Approved) != 1 {
		e.t.Fatalf("%+v", out)
	}
	done[savings.Deposited](e.t)(savings.MakeDeposit(e.ctx, e, ulid.New(), e.maker, savings.Deposit{Member: number, Kind: "principal", Amount: 100_000}))
	return number
}

// where lists the columns of all tables in which any of some words stands.
func (e *erasing) where(words ...string) (found []string) {
	e.t.Helper()
	err := act.Each(act.Read(e), `SELECT m.name, c.name FROM pragma_table_list m JOIN pragma_table_info(m.name) c WHERE m.schema = 'main' AND m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
		AND (c.type LIKE '%TEXT%' OR c.type LIKE '%JSON%' OR c.type LIKE '%BLOB%' OR c.type = '') ORDER BY 1, 2`, nil, func(row act.Scanner) error {
		var table, column string
		if err := row.Scan(&table, &column); err != nil {
			return err
		}
		for _, word := range words {
			var n int
			if err := act.Read(e).Row("SELECT count(*) FROM `"+table+"` WHERE instr(lower(CAST(`"+column+"` AS TEXT)), ?) > 0", strings.ToLower(word)).Scan(&n); err != nil {
				return fmt.Errorf("%s.%s: %w", table, column, err)
			}
			if at := table + "." + column; n > 0 && !slices.Contains(found, at) {
				found = append(found, at)
			}
		}
		return nil
	})
	if err != nil {
		e.t.Fatal(err)
	}
	return found
}

// files lists files of the co-op in which a word stands, or that are pictures or papers of people.
func (e *erasing) files() (all []string) {
	e.t.Helper()
	err := filepath.WalkDir(filepath.Join(e.DataDir(), "storage"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".attrs") {
			all = append(all, d.Name())
		}
		if os.IsNotExist(err) {
			return nil
		}
		return err
	})
	if err != nil {
		e.t.Fatal(err)
	}
	return all
}

// After a member's and an applicant's time, nothing in any table says who they were, but what the employer's staff
// list says of whoever still works there. The number, the books and the chain are whole.
func TestWhoWasErasedIsNowhere(t *testing.T) {
	app := testapp.New(t)
	e := &erasing{app, t, context.Background(), testapp.By(app.Manager()), testapp.By(app.Operator(act.Treasurer)), testapp.By(app.Operator(act.Treasurer)), app.Statutes()}
	app.Act("test.money", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-09-01", Lines: []ledger.Line{ledger.Dr(ledger.Cash, 9_000_000), ledger.Dr(ledger.Bank, 50_000_000, ledger.MainBank), ledger.Cr(ledger.OpeningBalance, 59_000_000)}})
		return err
	})
	done[policy.Setting](t)(policy.Set(e.ctx, e, ulid.New(), act.BySystem, policy.Setting{Key: policy.CardPhoto.Key, Value: []byte(`"with_photo"`), ValidFrom: "2026-11-01"}))
	paid := somebody{"Sulastri Wibisono", "198609262015052001", "3174016609860003", "081298765432", "sulastri.w@pegawai.example", "1986-09-26"}
	owing := somebody{"Bonaventura Siregar", "197903142005011004", "3174011403790007", "081377788899", "bona.s@pegawai.example", "1979-03-14"}
	refused := somebody{"Citraningrum Puspasari", "199205082023082001", "3174014805920001", "085611122233", "citra.p@pegawai.example", "1992-05-08"}
	silent := somebody{"Damarwulan Prakoso", "199101022019031002", "3174010201910009", "087744455566", "damar.p@pegawai.example", "1991-01-02"}

	// Sulastri saves, withdraws to an account, shows her face, leaves, and is paid.
	a := e.joins(paid)
	her := act.Actor{Role: act.Member, Number: a, ID: e.record(a).Id, Name: paid.name}
	done[member.PhotoKept](t)(member.KeepPhoto(e.ctx, e, ulid.New(), her, a, []byte(portrait())))
	deposit := done[savings.Deposited](t)(savings.MakeDeposit(e.ctx, e, ulid.New(), e.maker, savings.Deposit{Member: a, Kind: "voluntary", Amount: 500_000}))
	done[savings.Reversed](t)(savings.ReverseDeposit(e.ctx, e, ulid.New(), e.second, deposit.Entry, "milik orang lain, bukan Sulastri"))
	done[savings.Deposited](t)(savings.MakeDeposit(e.ctx, e, ulid.New(), e.maker, savings.Deposit{Member: a, Kind: "voluntary", Amount: 700_000}))
	key := ulid.New()
	done[savings.Withdrawn](t)(savings.RequestWithdrawal(e.ctx, e, key, her, savings.Withdrawal{Amount: 275_000, Way: "transfer"}, "BRI 0021 a.n. Sulastri Wibisono"))
	statement := treasury.File{Bank: 1, Name: "m.csv", Data: []byte("Tanggal;Keterangan;Debet;Kredit\n03/11/2026;TRSF KE SULASTRI WIBISONO;275.000;\n")}
	preview, err := treasury.Look(e, "id", statement)
	if err != nil {
		t.Fatal(err)
	}
	statement.Layout = &preview.Layout
	done[treasury.Taken](t)(treasury.Import(e.ctx, e, ulid.New(), e.maker, statement, nil))
	done[savings.Withdrawn](t)(savings.PayWithdrawal(e.ctx, e, ulid.New(), e.maker, key, savings.Payout{From: "bank:1", Date: "2026-11-03", BankLine: 1}))
	left := done[member.Settlement](t)(member.LeaveCoop(e.ctx, e, ulid.New(), e.boss, a, member.Leave{Reason: "moved", Note: "ke rekening Sulastri di BRI"}))
	voucher := done[treasury.VoucherKept](t)(treasury.KeepVoucher(e.ctx, e, ulid.New(), e.maker, []byte(pixel)))
	payout := done[treasury.Paid](t)(treasury.Pay(e.ctx, e, ulid.New(), e.maker, treasury.Payment{Kind: treasury.KindLeaver, From: "cash", To: fmt.Sprint(a), Amount: left.Payable, Voucher: voucher.Voucher}, "diterima Sulastri Wibisono"))
	done[treasury.Reversed](t)(treasury.Reverse(e.ctx, e, ulid.New(), e.maker, payout.Entry, "salah, bukan Sulastri"))
	done[treasury.Paid](t)(treasury.Pay(e.ctx, e, ulid.New(), e.maker, treasury.Payment{Kind: treasury.KindLeaver, From: "cash", To: fmt.Sprint(a), Amount: left.Payable, Voucher: voucher.Voucher}, "diterima suami Sulastri"))
	if number := member.VoucherOf(act.Read(e), voucher.Voucher); number != a { // whoever opens it opens hers
		t.Errorf("the voucher is of %d, want %d", number, a)
	}

	// Bonaventura leaves with more debt than savings; the rest is given up.
	b := e.joins(owing)
	app.Act("test.debt", func(tx *act.Tx) error {
		if _, err := ledger.Owe(tx, b, ledger.ItemStore, tx.Today(), 600_000); err != nil {
			return err
		}
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.StoreReceivable, 600_000, ledger.MemberParty(b)), ledger.Cr(ledger.OpeningBalance, 600_000)}})
		return err
	})
	done[member.Settlement](t)(member.LeaveCoop(e.ctx, e, ulid.New(), e.boss, b, member.Leave{Reason: "resigned"}))
	ask := ulid.New()
	if out := done[treasury.Paid](t)(treasury.AskWriteOff(e.ctx, e, ask, e.maker, treasury.WriteOff{Member: b, Category: "expensewriteoff"}, "Bonaventura pindah ke luar negeri")); out.Amount != money.Rupiah(500_000) {
		t.Fatalf("%+v", out)
	}
	done[treasury.Paid](t)(treasury.Decide(e.ctx, e, ulid.New(), e.second, ask, true, "Siregar tidak bisa dihubungi"))

	// Citraningrum is refused; Damarwulan registers and is not heard of again.
	c, application := e.applies(refused)
	done[member.PINSet](t)(member.ChoosePIN(e.ctx, e, ulid.New(), act.Actor{Role: act.Member, Number: c, ID: e.record(c).Id}, member.SetPIN{PIN: "0805"})) // a birthday, as many are
	done[member.Turned](t)(member.TurnDown(e.ctx, e, ulid.New(), e.boss, application, member.RefuseApplication{Reason: "Citraningrum masih magang"}))
	d, waiting := e.applies(silent)

	for _, who := range []somebody{paid, owing, refused, silent} {
		if found := e.where(who.needles()...); len(found) < 3 {
			t.Fatalf("%s stands only in %v: this test sees too little", who.name, found)
		}
	}
	if found := e.where(paid.needles()...); !slices.Contains(found, "act_notes.text") || !slices.Contains(found, "bank_line_texts.text") || !slices.Contains(found, "members.phone") {
		t.Fatalf("%v", found)
	}
	employees, err := app.FindAllRecords("employees")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range employees {
		if r.GetString("name") != refused.name { // who still works there stays on the employer's list
			r.Set("active", false)
			if err := app.Save(r); err != nil {
				t.Fatal(err)
			}
		}
	}

	erases := func(want int) {
		t.Helper()
		if n, err := member.EraseDue(e.ctx, e); n != want || err != nil {
			t.Fatalf("%s: erased %d, want %d: %v", clock.Of(e).Today(), n, want, err)
		}
	}
	erases(0)
	if n, err := app.CountRecords("member_photos"); err != nil || n != 0 { // her card is dead
		t.Errorf("%d photos: %v", n, err)
	}
	app.Travel(app.Now().AddDate(0, 0, 180))
	erases(0)
	app.Travel(app.Now().AddDate(0, 0, 1))
	erases(1) // the refused one; whose application waits stays
	if found := e.where(refused.needles()...); !slices.Equal(found, []string{"employees.email", "employees.name", "employees.phone"}) {
		t.Errorf("the refused applicant stands in %v", found)
	}
	if r := e.record(c); r.GetString("status") != "left" || r.GetString("name") != fmt.Sprintf("Mantan pelamar %04d", c) || r.GetString("employee") != "" || r.GetString("pin_hash") != "" {
		t.Errorf("%v", r.PublicExport())
	}
	if n, err := app.CountRecords("paper_files"); err != nil || n != 6 {
		t.Errorf("%d papers: %v", n, err)
	}
	again := done[login.Number](t)(login.ApplyToJoin(e.ctx, e, ulid.New(), "10.1.2.3", login.Apply{Described: member.Described{Name: refused.name, Number: refused.nip, BirthDate: clock.Date(refused.born)}, Password: password}))
	if again.Number == c {
		t.Errorf("the number %d is given out again", c)
	}
	done[member.Turned](t)(member.TurnDown(e.ctx, e, ulid.New(), e.boss, waiting, member.RefuseApplication{Reason: "Damarwulan tidak menjawab"}))
	app.Travel(app.Now().AddDate(0, 0, 181))
	erases(2) // who was refused now, and who registered again and signed nothing
	if found := e.where(silent.needles()...); len(found) != 0 {
		t.Errorf("who never came stands in %v", found)
	}
	app.Travel(testapp.Now.AddDate(0, 0, 1826))
	erases(2)
	for _, who := range []somebody{paid, owing} {
		if found := e.where(who.needles()...); len(found) != 0 {
			t.Errorf("%s stands in %v", who.name, found)
		}
	}
	if files := e.files(); len(files) != 1 || !strings.HasPrefix(files[0], "bukti") {
		t.Errorf("files stay: %v", files)
	}
	// The law wants the books' papers for ten years after their year; then the receipt goes too.
	if n, err := treasury.EraseVouchers(e.ctx, e); n != 0 || err != nil {
		t.Errorf("%d vouchers went before their time: %v", n, err)
	}
	app.Travel(testapp.Now.AddDate(11, 0, 0))
	if n, err := treasury.EraseVouchers(e.ctx, e); n != 1 || err != nil {
		t.Errorf("%d vouchers went: %v", n, err)
	}
	erases(0)
	if d == c {
		t.Error("two people have one number")
	}
	app.Verify()
}
