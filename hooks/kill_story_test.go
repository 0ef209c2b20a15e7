package hooks_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
	"kpdk/hooks/treasury"
)

// undrilled are routes that are sent with a body and acts that the story cannot play, each with the reason.
var undrilled = map[string]string{
	"POST /api/coop/me/passkeys/begin":          "asks only",
	"POST /api/coop/login/passkey/begin":        "asks only",
	"POST /api/coop/store/cards/check":          "asks only",
	"POST /api/coop/me/log-out":                 "ends a session by its own token, which then asks nothing any more",
	"POST /api/coop/me/passkeys":                "needs an authenticator, and a ceremony that a dead server forgets: the person begins again",
	"POST /api/coop/login/passkey":              "needs an authenticator; it opens a session and is no act",
	"login.add_passkey":                         "as its route",
	"login.new_device":                          "goes with a login, which opens a session and is no act: whoever hears nothing logs in again",
	"POST /api/coop/me/password":                "ends the token that would ask again; whoever hears nothing comes in with the new password",
	"login.set_password":                        "as its route",
	"coop.found":                                "founds the folder that the drill starts from; a second one finds it done",
	runs + "check":                              "asks only",
	"POST /api/coop/payroll/layouts/sample":     "asks only",
	inStore + "credit-sales/terms":              "asks only",
	inPayroll + "instalments/terms":             "asks only",
	inPayroll + "instalments/{id}/return/terms": "asks only",
	inStore + "sales/{id}/return/terms":         "asks only",
}

// untold are notices of what the story cannot play.
var untold = map[notice.Kind]string{notice.NewDevice: "no act of the story is a login", notice.KeyAdded: "needs an authenticator", notice.LoginVoided: "no stranger opens a login in the story", notice.PasswordSet: "the story resets an operator's password", notice.Claimed: "nobody in the story spent what a correction takes back", notice.Lapsed: "nobody in the story leaves with an open withdrawal"}

// obey carries out an order in the victim: what to die of, or an act that has no route.
func obey(app core.App, order []string) string {
	switch {
	case len(order) == 2 && order[0] == "row":
		_, _ = fmt.Sscan(order[1], &orderNumber)
		rowsLeft.Store(orderNumber)
	case len(order) == 2 && order[0] == "answer":
		_, _ = fmt.Sscan(order[1], &orderNumber)
		answersLeft.Store(orderNumber)
	case len(order) == 1 && order[0] == "verify":
		report, err := ledger.Verify(context.Background(), app, nil)
		if err != nil || !report.OK {
			return strings.ReplaceAll(fmt.Sprintf("%+v %v", report, err), "\n", " ")
		}
		return "ok"
	case len(order) == 3 && order[0] == "do":
		answer, err := insideActs[order[1]](app, order[2])
		if err != nil {
			return "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		raw, _ := json.Marshal(map[string]any{"answer": answer})
		return string(raw)
	}
	return "yes"
}

var orderNumber int64

// insideActs are the acts of the clock and of the command line.
var insideActs = map[string]func(app core.App, key string) (any, error){
	"policy.set": func(app core.App, key string) (any, error) {
		s, _, err := policy.Set(context.Background(), app, key, act.ByConsole, policy.Setting{Key: policy.Mandatory.Key, Value: []byte("60000"), ValidFrom: "2027-01-01"})
		return s, err
	},
	"ledger.rebuild": func(app core.App, _ string) (any, error) {
		all, err := ledger.Rebuild(context.Background(), app, act.ByConsole)
		for _, r := range all {
			if err == nil && r.Wrong != 0 {
				err = errors.New(r.Table + " was wrong")
			}
		}
		return nil, err
	},
	"ledger.verify": func(app core.App, _ string) (any, error) {
		night, err := ledger.KeepNight(context.Background(), app, true)
		if err == nil && !night.OK {
			err = fmt.Errorf("%+v", night)
		}
		return nil, err
	},
	"member.erase": func(app core.App, _ string) (any, error) { // six years later; the story ends with it
		clock.Set(app, func() time.Time { return testapp.Now.AddDate(6, 0, 0) })
		defer clock.Set(app, func() time.Time { return testapp.Now })
		_, err := member.EraseDue(context.Background(), app)
		return nil, err
	},
	"member.follow_dates": func(app core.App, _ string) (any, error) { // a list that shows another channel than the dates say
		if _, err := app.NonconcurrentDB().NewQuery("UPDATE employees SET channel = 'self' WHERE id IN (SELECT employee FROM employee_facts WHERE kind = 'channel')").Execute(); err != nil {
			return nil, err
		}
		_, err := member.FollowDates(context.Background(), app)
		return nil, err
	},
	"member.pin_try": func(app core.App, _ string) (any, error) { // a wrong guess, and the right one after it
		var number int64
		if err := act.Read(app).Row("SELECT CAST(number AS INT) FROM members WHERE name = 'Rani'").Scan(&number); err != nil {
			return nil, err
		}
		rani, err := member.Find(act.Read(app), number)
		if err != nil {
			return nil, err
		}
		if err := member.CheckPIN(context.Background(), app, act.BySystem, rani, "482914"); !errors.Is(err, fault.Refused("member.pin_wrong")) {
			return nil, fmt.Errorf("a wrong PIN: %w", err)
		}
		return nil, member.CheckPIN(context.Background(), app, act.BySystem, rani, "482913")
	},
	"member.see": func(app core.App, _ string) (any, error) {
		return nil, member.See(app, act.BySystem, web.Seen{Sight: web.Sight{Action: web.Exported, Via: "statement", Why: "savings"}, Member: 1})
	},
	"treasury.erase_voucher": func(app core.App, _ string) (any, error) { // when the law wants the receipt no more
		clock.Set(app, func() time.Time { return testapp.Now.AddDate(12, 0, 0) })
		defer clock.Set(app, func() time.Time { return testapp.Now })
		_, err := treasury.EraseVouchers(context.Background(), app)
		return nil, err
	},
	"savings.dues": func(app core.App, _ string) (any, error) {
		_, err := savings.MakeDues(context.Background(), app, "2026-10")
		return nil, err
	},
}

// newDrill is a co-op with its people, before anything happened in it.
func newDrill(t *testing.T) *drilling {
	app := testapp.New(t)
	d := &drilling{t: t, dir: t.TempDir(), tokens: map[string]string{}, known: map[string]string{}}
	manager, maker, checker, cashier := app.Manager(), app.Operator(act.Treasurer), app.Operator(act.Treasurer), app.Operator(act.Cashier)
	rani, budi, sari := app.Member("Rani"), app.Member("Budi"), app.Member("Sari")
	for name, who := range map[string]*core.Record{"manager": manager, "maker": maker, "checker": checker, "cashier": cashier, "member": rani, "budi": budi} {
		d.tokens[name] = app.Token(who)
	}
	for name, who := range map[string]*core.Record{"rani": rani, "budi": budi, "sari": sari} {
		d.known[name] = fmt.Sprint(who.GetInt("number"))
		d.known["card of "+name] = app.CardOf(who)
	}
	d.known["statutes"] = app.Statutes()
	app.LogIn(rani) // a second device, whose session ends
	app.Act("test.passkey", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO passkeys(id, login, record, credential, browser, system, added_on, used_on, act) VALUES(x'010203', 'members', ?, '{}', '', '', '2026-11-01', '', ?)", rani.Id, tx.ID())
	})
	keeper := app.Operator(act.Storekeeper)
	d.known["operator"], d.known["operator's e-mail"] = keeper.Id, keeper.Email()
	soap := app.Product("8995522000015", 12_500, 12_000, 0, 0)
	d.known["soap"], d.known["soap's number"] = soap.Id, fmt.Sprint(soap.GetInt("number"))
	d.known["supplier"] = app.Record("suppliers", map[string]any{"number": 1, "name": "CV Maju"}).Id
	unit := app.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"}).Id
	d.known["unit"], d.known["other unit"] = unit, app.Record("work_units", map[string]any{"code": "622802", "name": "Keuangan"}).Id
	for _, name := range []string{"Tono", "Umi", "Wati"} {
		d.known[name] = app.Record("employees", map[string]any{"name": name, "work_unit": unit, "status": "civil_servant", "active": true}).Id
	}
	grade, other := "III/d", d.known["other unit"]
	for name, change := range map[string]member.ChangeFacts{"Tono": {ValidFrom: "2027-01-01", Grade: &grade}, "Wati": {ValidFrom: "2027-01-01", Unit: &other}} {
		if _, _, err := member.SetFacts(context.Background(), app, "announced:"+name, act.ByConsole, d.known[name], change); err != nil {
			t.Fatal(err)
		}
	}
	var announced int64
	if err := act.Read(app).Row("SELECT id FROM employee_facts WHERE value = ?", grade).Scan(&announced); err != nil {
		t.Fatal(err)
	}
	d.known["announced grade"] = fmt.Sprint(announced)
	sari.Set("employee", app.Record("employees", map[string]any{"name": "Sari", "work_unit": unit, "status": "civil_servant", "active": true}).Id)
	if err := app.UnsafeWithoutHooks().SaveNoValidate(sari); err != nil {
		t.Fatal(err)
	}
	app.Act("test.numbers", func(tx *act.Tx) (err error) { // whoever comes next comes after those of the test
		for range sari.GetInt("number") {
			if _, err = ledger.Count(tx, "member.number"); err != nil {
				return err
			}
		}
		return nil
	})
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	d.known["Yuni"] = app.Record("employees", map[string]any{"name": "Yuni Lestari", "work_unit": unit, "status": "civil_servant", "active": true,
		"birth_date": "1992-05-08", "nip_sealed": ring.Seal(nipOfYuni), "nip_index": ring.Index("nip", nipOfYuni)}).Id
	coop, err := app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	d.known["coop"] = coop.Id
	statement, err := treasury.Look(app, "id", treasury.File{Bank: 1, Name: "m.csv", Data: []byte(bankStatement)})
	if err != nil {
		t.Fatal(err)
	}
	layout, err := json.Marshal(statement.Layout)
	if err != nil {
		t.Fatal(err)
	}
	d.known["layout"] = string(layout)
	act.Close(app)
	if _, err := app.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(d.dir, os.DirFS(app.DataDir())); err != nil {
		t.Fatal(err)
	}
	d.victim = newVictim(t, d.dir)
	d.held = d.locks()
	return d
}

const (
	nipOfYuni     = "199205082023081001"
	password      = "kali-jernih-mengalir"
	bankStatement = "Tanggal;Keterangan;Debet;Kredit\n02/11/2026;SETORAN;;2.000.000\n03/11/2026;TARIK TUNAI;1.000.000;\n"
	// pixel is a picture as small as one can be.
	pixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)

// portrait is a photo as small as one may be.
func portrait() string {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewGray(image.Rect(0, 0, 360, 480))) // a buffer takes whatever it is given
	return out.String()
}

type object = map[string]any

// field of an answer.
func (s *sent) field(d *drilling, name string) any {
	var all object
	if err := json.Unmarshal(s.answer, &all); err != nil {
		d.t.Fatalf("%s: %s: %v", s.name(), s.answer, err)
	}
	return all[name]
}

// keyIs learns an act's key, by which later acts name what it made.
func keyIs(name string) func(d *drilling, s *sent) {
	return func(d *drilling, s *sent) { d.learn(name, s.key) }
}

func fieldIs(name, field string) func(d *drilling, s *sent) {
	return func(d *drilling, s *sent) { d.learn(name, s.field(d, field)) }
}

func body(b object) func(d *drilling) any { return func(*drilling) any { return b } }

// at fills an address: {} stands for what is known under a name.
func at(address, name string) func(d *drilling) string {
	return func(d *drilling) string { return strings.Replace(address, "{}", d.of(name), 1) }
}

func to(address string) func(d *drilling) string { return func(*drilling) string { return address } }

// logIn lets somebody in who has just got a login; what they are known by is their number.
func (d *drilling) logIn(name string) {
	if d.tokens[name] != "" {
		return
	}
	raw, _ := json.Marshal(object{"identity": d.of(name), "password": password})
	res, err := http.Post("http://"+d.victim.address+"/api/collections/members/auth-with-password", "application/json", bytes.NewReader(raw))
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	var in struct{ Token string }
	if err := json.NewDecoder(res.Body).Decode(&in); err != nil || in.Token == "" {
		d.t.Fatalf("%s logs in: %s %v", name, res.Status, err)
	}
	d.tokens[name] = in.Token
}

// codeIs learns a code that is shown once; the refusal of a second time has a code, too.
func codeIs(name string) func(d *drilling, s *sent) {
	return func(d *drilling, s *sent) {
		if code, _ := s.field(d, "code").(string); !strings.Contains(code, ".") {
			d.learn(name, code)
		}
	}
}

// phoneKey is the key of Rani's phone.
var phoneKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

var publicKey = phoneKey.Public().(ed25519.PublicKey)

func signature(name string) object { return object{"how": "typed", "typed": name} }

// application signs the consent to the statutes, and a mandate.
func application(name string) func(d *drilling) any {
	return func(d *drilling) any {
		return object{"statutes": d.of("statutes"), "consent": signature(name), "principal": "payroll", "instalments": 2,
			"mandate": object{"max_rupiah": 900_000, "voluntary_rupiah": 50_000, "signature": signature(name)}}
	}
}

// upload sends a list.
func upload(name, data string, fields map[string]string) func(d *drilling) (string, string, map[string]string) {
	return func(*drilling) (string, string, map[string]string) { return name, data, fields }
}

func openingList(d *drilling) (name, data string, fields map[string]string) {
	return "saldo.csv", fmt.Sprintf(`Jenis;Kode;Nama;Debit;Kredit;Jumlah;Harga Pokok;Jatuh Tempo
Akun;1101;Kas;20.000.000;;;;
Akun;1111;Bank;30.000.000;;;;
pokok;%[1]s;Rani;;100.000;;;
pokok;%[2]s;Budi;;100.000;;;
pokok;%[3]s;Sari;;100.000;;;
sukarela;%[1]s;Rani;;400.000;;;
belanja;%[1]s;Rani;175.000;;;;2026-10-05
belanja;%[2]s;Budi;25.000;;;;2026-10-09
belanja;%[3]s;Sari;150.000;;;;2026-10-12
pemasok;CV Maju;;;7.200.000;;;
barang;8995522000015;Sabun;;;40;9.000;
Akun;3201;Cadangan umum;;42.810.000;;;
`, d.of("rani"), d.of("budi"), d.of("sari")), map[string]string{"date": "2026-10-31"}
}

func sale(member, tender string, change func(d *drilling, b object)) func(d *drilling) any {
	return func(d *drilling) any {
		price := 12_500
		b := object{"shift": d.of("shift"), "sold_at": testapp.Now.Format("2006-01-02T15:04:05Z"), "lines": []object{{"barcode": "8995522000015", "quantity": "1", "price_rupiah": price}}}
		if member != "" {
			price = 12_000
			b["buyer"], b["lines"] = object{"card": d.of("card of " + member)}, []object{{"barcode": "8995522000015", "quantity": "1", "price_rupiah": price}}
		}
		b["tenders"] = []object{{"kind": tender, "amount_rupiah": price}}
		if change != nil {
			change(d, b)
		}
		return b
	}
}

func forgedCard(d *drilling, b object) {
	card, last := d.of("card of rani"), "A"
	if strings.HasSuffix(card, last) {
		last = "B"
	}
	b["offline"], b["buyer"] = true, object{"card": card[:len(card)-1] + last}
}

func offline(_ *drilling, b object) { b["offline"] = true }

func draft(amount int) func(d *drilling) any {
	return body(object{"date": "2026-11-02", "description": "Susut", "lines": []object{{"account": 6102, "debit_rupiah": amount}, {"account": ledger.Bank, "party": "bank:1", "credit_rupiah": amount}}})
}

// draftIs learns what a draft is called and which version of it was seen.
func draftIs(name string) func(d *drilling, s *sent) {
	return func(d *drilling, s *sent) {
		d.learn(name, s.field(d, "id"))
		d.learn(name+"'s version", s.field(d, "version"))
		d.learn(name+"'s entry", s.field(d, "entry"))
		if all, _ := s.field(d, "vouchers").([]any); len(all) > 0 {
			d.learn(name+"'s voucher", all[0])
		}
	}
}

func step(name string) func(d *drilling) any {
	return func(d *drilling) any {
		return object{"version": json.Number(d.of(name + "'s version")), "reason": "dilihat"}
	}
}

// corrected says that Rani's officer deducted another amount.
func corrected(amount int) func(d *drilling) any {
	return func(d *drilling) any {
		return object{"reason": "berkas yang dibetulkan", "lines": []object{{"member": numberOfMember(d, "rani"), "deducted_rupiah": amount, "reason": "other"}, {"member": 9998, "deducted_rupiah": 5_500}}}
	}
}

func numberOfMember(d *drilling, name string) json.Number { return json.Number(d.of(name)) }

const (
	drafts      = "POST /api/coop/ledger/drafts"
	one         = "/api/coop/ledger/drafts/{}"
	run         = "/api/coop/payroll/runs/2026-11/"
	runs        = "POST /api/coop/payroll/runs/{period}/"
	inTreasury  = "POST /api/coop/treasury/"
	withdrawals = "POST /api/coop/savings/withdrawals/{id}"
	inStore     = "POST /api/coop/store/"
	inPayroll   = "POST /api/coop/payroll/"
)

// onCredit is a bar of soap that Budi pays in two months.
func onCredit(d *drilling) any {
	return object{"member": numberOfMember(d, "budi"), "lines": []object{{"product": d.of("soap"), "quantity": "1"}}, "parts": 2, "margin_rupiah": 1_000}
}

// creditAtTill is a bar of soap that Rani pays in two months, at the till.
func creditAtTill(d *drilling) any {
	return object{"shift": d.of("shift"), "buyer": object{"card": d.of("card of rani")}, "lines": []object{{"product": d.of("soap"), "quantity": "1"}}, "parts": 2}
}

// story is every act of the house, in waves: the acts of one need what the waves before them left, and nothing
// of each other.
var story = [][]killed{
	{{route: "POST /api/coop/import/balances", by: "manager", file: openingList}},
	{{route: "POST /api/coop/opening/undo", by: "manager", body: body(object{"reason": "salah tanggal"})}},
	{{route: "POST /api/coop/import/balances", by: "manager", file: openingList}},
	{
		{route: "POST /api/coop/import/employees", by: "manager", loose: true, file: upload("staf.csv", "NIP;Nama;Status Pegawai;Kd Satker;Nama Satker\n198609262015051001;Ani Contoh;PNS;622801;Sekretariat\n", nil)},
		{route: "POST /api/coop/import/products", by: "manager", loose: true, file: upload("barang.csv", "Kode,Nama Barang,Barcode,Harga Jual\nA1,Kopi,8991234567895,5000\n", nil)},
		{route: "POST /api/coop/members/invite", by: "manager", body: func(d *drilling) any { return object{"employees": []string{d.of("Tono"), d.of("Umi"), d.of("Wati")}} },
			keep: func(d *drilling, s *sent) {
				for _, one := range s.field(d, "invited").([]any) {
					d.learn(one.(object)["employee"].(string)+"'s number", one.(object)["number"])
				}
				for _, name := range []string{"Tono", "Umi", "Wati"} {
					d.learn("number of "+name, d.of(d.of(name)+"'s number"))
				}
			}},
		{route: "POST /api/coop/login/application", by: "nobody", body: body(object{"name": "Yuni Lestari", "identity_number": nipOfYuni, "birth_date": "1992-05-08", "password": password}),
			keep: func(d *drilling, s *sent) {
				d.learn("number of Yuni", s.field(d, "number"))
				d.logIn("number of Yuni")
			}},
		{route: "POST /api/coop/me/card/device", by: "member", body: func(d *drilling) any {
			number, _ := strconv.ParseInt(d.of("rani"), 10, 64)
			return object{"key": []byte(publicKey), "proof": ed25519.Sign(phoneKey, member.DeviceProof(number))}
		}},
		{route: "POST /api/coop/me/card/block", by: "budi"},
		{route: "POST /api/coop/members/{number}/mandate", by: "manager", path: at("/api/coop/members/{}/mandate", "budi"),
			body: body(object{"kind": "grant", "valid_from": "2026-11-03", "max_rupiah": 500_000, "voluntary_rupiah": 25_000, "reference": "SK-2"})},
		{route: "POST /api/coop/members/{number}/card", by: "manager", path: at("/api/coop/members/{}/card", "sari"), body: body(object{"reason": "lost"})},
		{route: "POST /api/coop/me/pin", by: "member", body: body(object{"pin": "482913"})},
		{route: "POST /api/coop/me/favourites", by: "member", body: func(d *drilling) any { return object{"product": json.Number(d.of("soap's number")), "wanted": true} }},
		{route: "POST /api/coop/me/sessions/end", by: "member", body: body(object{"others": true})},
		{route: "POST /api/coop/operators/{id}/reset-code", by: "manager", path: at("/api/coop/operators/{}/reset-code", "operator"), shownOnce: "login.code_shown_once",
			keep: codeIs("reset code")},
		{route: "POST /api/coop/members/{number}/reset-code", by: "manager", path: at("/api/coop/members/{}/reset-code", "budi"), shownOnce: "login.code_shown_once"},
		{route: "POST /api/coop/me/passkeys/remove", by: "member", body: body(object{"passkey": "AQID"})},
		{inside: "policy.set"},
		{route: "POST /api/coop/savings/rules", by: "manager", body: body(object{"key": "savings.withdrawal_second_above_rupiah", "value": 40_000, "valid_from": "2026-11-03"})},
		{route: "POST /api/coop/savings/rules", by: "manager", body: body(object{"key": "member.card_photo", "value": "with_photo", "valid_from": "2026-11-03"})},
		{route: "POST /api/coop/me/savings/withdrawals", by: "member", body: body(object{"amount_rupiah": 30_000, "way": "cash"}), keep: keyIs("withdrawal")},
		{route: "POST /api/coop/me/savings/withdrawals", by: "member", body: body(object{"amount_rupiah": 60_000, "way": "cash"}), keep: keyIs("large withdrawal")},
		{route: "POST /api/coop/me/savings/withdrawals", by: "member", body: body(object{"amount_rupiah": 10_000, "way": "cash"}), keep: keyIs("refused withdrawal")},
		{route: "POST /api/coop/me/savings/withdrawals", by: "member", body: body(object{"amount_rupiah": 11_000, "way": "cash"}), keep: keyIs("revoked withdrawal")},
		{inside: "savings.dues", loose: true},
		{route: "PATCH /api/collections/coop/records/{id}", by: "manager", path: at("/api/collections/coop/records/{}", "coop"), loose: true,
			body: func(d *drilling) any { return object{"id": d.of("coop"), "publish_financials": true} }},
		{route: inPayroll + "policies", by: "manager", body: body(object{"key": "payroll.instalment_small_rupiah", "value": 0, "valid_from": "2026-11-03"})},
		{route: inPayroll + "policies", by: "manager", body: body(object{"key": "payroll.instalment_least_rupiah", "value": 0, "valid_from": "2026-11-03"})},
		{route: "POST /api/coop/members/{number}/bank", by: "maker", path: at("/api/coop/members/{}/bank", "sari"), body: body(object{"bank": "Bank Contoh", "account": "0012003400", "holder": "Sari"})},
		{route: "POST /api/coop/me/bank", by: "member", body: body(object{"bank": "Bank Contoh", "account": "0056007800", "holder": "Rani"})},
		{route: inPayroll + "members/{number}/channel", by: "maker", path: at("/api/coop/payroll/members/{}/channel", "sari"), body: body(object{"channel": "bank", "valid_from": "2026-11-03"})},
		{route: runs + "skip", by: "maker", path: to(run + "skip"), body: body(object{"reason": "system", "text": "aplikasi gaji mati"})},
		{route: "POST /api/coop/me/excess", by: "member", body: body(object{"choice": "refund"})},
		{route: "POST /api/coop/ledger/accounts", by: "maker", body: body(object{"code": 6150, "name": "Servis", "kind": "expense"})},
		{route: "POST /api/coop/savings/deposits", by: "maker", body: func(d *drilling) any {
			return object{"member": numberOfMember(d, "budi"), "kind": "voluntary", "amount_rupiah": 50_000}
		}, keep: fieldIs("deposit", "entry")},
		{route: inStore + "shifts", by: "cashier", body: body(object{"float_rupiah": 200_000}), keep: keyIs("shift")},
		{route: inStore + "goods-receipts", by: "manager", body: func(d *drilling) any {
			return object{"supplier": d.of("supplier"), "paid_by": "credit", "reference": "F-1", "lines": []object{{"product": d.of("soap"), "quantity": "12", "cost_rupiah": 9_100}}}
		}},
		{route: inStore + "adjustments", by: "manager", body: func(d *drilling) any {
			return object{"reason": "stok opname", "lines": []object{{"product": d.of("soap"), "quantity": "2", "cost_rupiah": 9_000}}}
		}},
		{route: inStore + "adjustments", by: "manager", body: func(d *drilling) any {
			return object{"reason": "barang lama ketemu", "lines": []object{{"product": d.of("soap"), "quantity": "600", "cost_rupiah": 9_000}}}
		}, keep: keyIs("large adjustment")},
		{route: inStore + "adjustments", by: "manager", body: func(d *drilling) any {
			return object{"reason": "salah hitung", "lines": []object{{"product": d.of("soap"), "quantity": "700", "cost_rupiah": 9_000}}}
		}, keep: keyIs("other large adjustment")},
		{route: inTreasury + "vouchers", by: "maker", file: upload("nota.png", pixel, nil), keep: fieldIs("voucher", "voucher")},
		{route: inTreasury + "vouchers", by: "maker", file: upload("tanda terima.png", pixel+" ", nil), keep: fieldIs("Yuni's receipt", "voucher")},
		{route: inTreasury + "banks/{bank}/statements", by: "maker", path: to("/api/coop/treasury/banks/1/statements"), file: func(d *drilling) (string, string, map[string]string) {
			return "m.csv", bankStatement, map[string]string{"layout": d.of("layout")}
		}, keep: fieldIs("statement", "statement")},
		{route: drafts, by: "maker", body: draft(10_000), keep: draftIs("draft")},
		{route: drafts, by: "maker", body: draft(11_000), keep: draftIs("bad draft")},
		{route: drafts, by: "maker", body: draft(12_000), keep: draftIs("withdrawn draft")},
		{route: "POST /api/coop/ledger/periods/{period}/soft-close", by: "maker", path: to("/api/coop/ledger/periods/2026-09/soft-close")},
	},
	{
		{route: "POST /api/coop/import/members", by: "manager", loose: true, file: upload("anggota.csv", "NIP;Nama;Status Pegawai;Kd Satker;Nama Satker\n198609262015051001;Ani Contoh;PNS;622801;Sekretariat\n", map[string]string{"consent": "SK-3,2026-10-01"})},
		{route: "POST /api/coop/members/join", by: "manager", body: func(d *drilling) any {
			return object{"members": []json.Number{numberOfMember(d, "number of Tono")}, "consent_reference": "SK-4", "consent_date": "2026-11-01", "mandate_max_rupiah": 300_000, "mandate_reference": "SK-5", "principal": "cash"}
		}},
		{route: "POST /api/coop/me/joining", by: "number of Yuni", body: application("Yuni Lestari"), keep: fieldIs("Yuni's application", "application")},
		{route: "POST /api/coop/members/{number}/invitation", by: "manager", path: at("/api/coop/members/{}/invitation", "number of Umi"), shownOnce: "login.code_shown_once", keep: codeIs("Umi's code")},
		{route: "POST /api/coop/members/letters", by: "manager", body: func(d *drilling) any { return object{"members": []json.Number{numberOfMember(d, "number of Wati")}} }, shownOnce: "login.code_shown_once"},
		{route: "POST /api/coop/members/cards/sheets", by: "manager", body: func(d *drilling) any { return object{"members": []json.Number{numberOfMember(d, "rani")}} }},
		{route: "POST /api/coop/me/card/certificate", by: "member", body: body(object{"key": []byte(publicKey)})},
		{route: "POST /api/coop/me/notices/read", by: "member", body: body(object{"upto": 1})},
		{route: "POST /api/coop/me/notices/mail", by: "member", body: body(object{"topic": "payroll", "mail": false})},
		{inside: "member.see", loose: true},
		{inside: "member.follow_dates", loose: true},
		{route: "POST /api/coop/employees/{employee}/facts", by: "manager", path: at("/api/coop/employees/{}/facts", "Umi"), body: body(object{"valid_from": "2026-11-01", "grade": "III/b", "channel": "bank", "pay_rupiah": 4_500_000})},
		{route: "POST /api/coop/employees/{employee}/facts/cancel", by: "manager", path: at("/api/coop/employees/{}/facts/cancel", "Tono"), body: func(d *drilling) any { return object{"fact": json.Number(d.of("announced grade"))} }},
		{route: "POST /api/coop/employees/move/cancel", by: "manager", body: func(d *drilling) any { return object{"to": d.of("other unit"), "valid_from": "2027-01-01"} }},
		{route: "POST /api/coop/savings/deposits/{entry}/reverse", by: "checker", path: at("/api/coop/savings/deposits/{}/reverse", "deposit"), body: body(object{"reason": "salah orang"})},
		{route: "POST /api/coop/login/reset", by: "nobody", body: func(d *drilling) any {
			return object{"login": "operators", "identity": d.of("operator's e-mail"), "code": d.of("reset code"), "password": password}
		}},
		{route: "POST /api/coop/ledger/accounts/{account}", by: "maker", path: to("/api/coop/ledger/accounts/6150"), body: body(object{"code": 6151, "name": "Servis alat", "kind": "expense"})},
		{route: runs + "take-up", by: "maker", path: to(run + "take-up")},
		{route: inPayroll + "instalments", by: "maker", body: onCredit, keep: keyIs("plan")},
		{route: inPayroll + "instalments", by: "maker", body: onCredit, keep: keyIs("other plan")},
		{route: "POST /api/coop/savings/till-deposits", by: "cashier", body: func(d *drilling) any {
			return object{"shift": d.of("shift"), "member": numberOfMember(d, "budi"), "kind": "voluntary", "amount_rupiah": 10_000}
		}},
		{route: withdrawals + "/pay", by: "maker", path: at("/api/coop/savings/withdrawals/{}/pay", "withdrawal"), body: body(object{"from": "till"})},
		{route: withdrawals + "/pay", by: "maker", path: at("/api/coop/savings/withdrawals/{}/pay", "large withdrawal"), body: body(object{"from": "cash"})},
		{route: withdrawals + "/refuse", by: "maker", path: at("/api/coop/savings/withdrawals/{}/refuse", "refused withdrawal"), body: body(object{"reason": "kas sedang kosong"})},
		{route: "POST /api/coop/me/savings/withdrawals/{id}/revoke", by: "member", path: at("/api/coop/me/savings/withdrawals/{}/revoke", "revoked withdrawal")},
		{route: inStore + "sales", by: "cashier", body: sale("", "cash", nil)},
		{route: inStore + "sales", by: "cashier", body: sale("rani", "cash", nil), keep: keyIs("sold")},
		{route: inStore + "sales", by: "cashier", body: sale("rani", "payroll", nil)},
		{route: inStore + "sales", by: "cashier", body: sale("rani", "payroll", forgedCard), keep: keyIs("held sale")},
		{route: inStore + "sales", by: "cashier", body: sale("rani", "payroll", forgedCard), keep: keyIs("other held sale")},
		{route: inStore + "credit-sales", by: "cashier", body: creditAtTill, keep: keyIs("credit")},
		{route: inStore + "credit-sales", by: "cashier", body: creditAtTill, keep: keyIs("other credit")},
		{route: inStore + "credit-sales", by: "cashier", body: creditAtTill, keep: keyIs("kept credit")},
		{route: inStore + "adjustments/{id}/approve", by: "checker", path: at("/api/coop/store/adjustments/{}/approve", "large adjustment")},
		{route: inStore + "adjustments/{id}/refuse", by: "checker", path: at("/api/coop/store/adjustments/{}/refuse", "other large adjustment"), body: body(object{"reason": "hitung lagi"})},
		{route: inTreasury + "payments", by: "maker", body: func(d *drilling) any {
			return object{"kind": "expense", "from": "cash", "to": "expensecat00001", "amount_rupiah": 150_000, "voucher": d.of("voucher"), "note": "listrik"}
		}, keep: fieldIs("expense", "entry")},
		{route: inTreasury + "bills", by: "maker", body: body(object{"supplier": 1, "category": "expensecat00001", "amount_rupiah": 90_000, "due": "2026-12-10", "note": "servis AC"}), keep: fieldIs("bill", "bill")},
		{route: inTreasury + "payments", by: "maker", body: body(object{"kind": "supplier", "from": "bank:1", "to": "1", "amount_rupiah": 6_000_000}), keep: keyIs("large payment")},
		{route: inTreasury + "payments", by: "maker", body: body(object{"kind": "expense", "from": "bank:1", "to": "expensecat00002", "amount_rupiah": 6_500_000}), keep: keyIs("other large payment")},
		{route: inTreasury + "transfers", by: "maker", body: body(object{"from": "bank:1", "to": "cash", "amount_rupiah": 1_000_000}), keep: fieldIs("transfer", "entry")},
		{route: inTreasury + "debt-payments", by: "maker", body: func(d *drilling) any {
			return object{"member": numberOfMember(d, "rani"), "into": "cash", "amount_rupiah": 20_000}
		}},
		{route: drafts + "/{draft}/vouchers", by: "maker", path: at(one+"/vouchers", "draft"), file: upload("nota.png", pixel, nil), keep: draftIs("draft")},
		{route: drafts + "/{draft}/submit", by: "maker", path: at(one+"/submit", "bad draft"), body: step("bad draft"), keep: draftIs("bad draft")},
		{route: drafts + "/{draft}/submit", by: "maker", path: at(one+"/submit", "withdrawn draft"), body: step("withdrawn draft"), keep: draftIs("withdrawn draft")},
		{route: "POST /api/coop/ledger/periods/{period}/close", by: "maker", path: to("/api/coop/ledger/periods/2026-09/close")},
	},
	{
		{route: "POST /api/coop/savings/till-payouts", by: "cashier", body: func(d *drilling) any {
			return object{"withdrawal": d.of("withdrawal"), "shift": d.of("shift"), "card": d.of("card of rani")}
		}},
		{inside: "member.pin_try", loose: true},
		{route: "POST /api/coop/me/photo", by: "member", file: upload("aku.png", portrait(), nil)},
		{route: "POST /api/coop/members/{number}/photo", by: "manager", path: at("/api/coop/members/{}/photo", "budi"), file: upload("budi.png", portrait(), nil)},
		{route: "POST /api/coop/login/invitation", by: "nobody", keep: func(d *drilling, _ *sent) { d.logIn("number of Umi") }, body: func(d *drilling) any {
			return object{"number": numberOfMember(d, "number of Umi"), "code": d.of("Umi's code"), "birth_date": "1990-01-01", "password": password}
		}},
		{route: inTreasury + "bills/{bill}/reverse", by: "maker", path: at("/api/coop/treasury/bills/{}/reverse", "bill"), body: body(object{"reason": "salah pemasok"})},
		{route: withdrawals + "/approve", by: "manager", path: at("/api/coop/savings/withdrawals/{}/approve", "large withdrawal")},
		{route: inPayroll + "instalments/{id}/approve", by: "checker", path: at("/api/coop/payroll/instalments/{}/approve", "credit")},
		{route: inPayroll + "instalments/{id}/approve", by: "checker", path: at("/api/coop/payroll/instalments/{}/approve", "kept credit")},
		{route: inStore + "credit-sales/{id}/withdraw", by: "cashier", path: at("/api/coop/store/credit-sales/{}/withdraw", "other credit")},
	},
	{{route: inStore + "credit-sales/{id}/hand-over", by: "cashier", path: at("/api/coop/store/credit-sales/{}/hand-over", "credit"), body: func(d *drilling) any {
		return object{"shift": d.of("shift"), "buyer": object{"card": d.of("card of rani")}}
	}}},
	{
		{route: "POST /api/coop/me/photo/remove", by: "member"},
		{route: "POST /api/coop/members/{number}/photo/remove", by: "manager", path: at("/api/coop/members/{}/photo/remove", "budi")},
		{route: "POST /api/coop/me/joining", by: "number of Umi", body: application("Umi"), keep: fieldIs("Umi's application", "application")},
		{route: "POST /api/coop/employees/move", by: "manager", body: func(d *drilling) any {
			return object{"from": d.of("unit"), "to": d.of("other unit"), "valid_from": "2026-11-02"}
		}},
		{route: inStore + "sales/{id}/return", by: "checker", path: at("/api/coop/store/sales/{}/return", "sold"), body: body(object{"reason": "rusak"})},
		{route: inStore + "quarantine/{id}/take", by: "maker", path: at("/api/coop/store/quarantine/{}/take", "held sale"), body: func(d *drilling) any {
			return object{"member": numberOfMember(d, "rani"), "reason": "kartunya rusak"}
		}},
		{route: inStore + "quarantine/{id}/dismiss", by: "maker", path: at("/api/coop/store/quarantine/{}/dismiss", "other held sale"), body: body(object{"reason": "palsu"})},
		{route: inStore + "shifts/{shift}/close", by: "manager", path: at("/api/coop/store/shifts/{}/close", "shift"), body: func(d *drilling) any {
			return object{"counted_rupiah": 212_000, "missing": 1, "credit": []object{{"request": d.of("kept credit"), "carry": true}}}
		}},
		{route: inTreasury + "requests/{id}/approve", by: "checker", path: at("/api/coop/treasury/requests/{}/approve", "large payment")},
		{route: inTreasury + "requests/{id}/refuse", by: "checker", path: at("/api/coop/treasury/requests/{}/refuse", "other large payment"), body: body(object{"reason": "belum perlu"})},
		{route: inTreasury + "moves/{entry}/reverse", by: "maker", path: at("/api/coop/treasury/moves/{}/reverse", "expense"), body: body(object{"reason": "salah pos"})},
		{route: inTreasury + "banks/{bank}/matches", by: "maker", path: to("/api/coop/treasury/banks/1/matches"), body: func(d *drilling) any {
			return object{"choices": []object{{"kind": "books", "line": 2, "entries": []object{{"entry": json.Number(d.of("transfer")), "line": 2}}}}}
		}},
		{route: drafts + "/{draft}/vouchers/{voucher}/remove", by: "maker", keep: draftIs("draft"),
			path: func(d *drilling) string {
				return at(one+"/vouchers/", "draft")(d) + d.of("draft's voucher") + "/remove"
			}},
		{route: drafts + "/{draft}/refuse", by: "checker", path: at(one+"/refuse", "bad draft"), body: step("bad draft"), keep: draftIs("bad draft")},
		{route: drafts + "/{draft}/withdraw", by: "maker", path: at(one+"/withdraw", "withdrawn draft"), body: step("withdrawn draft"), keep: draftIs("withdrawn draft")},
		{route: "POST /api/coop/ledger/periods/{period}/reopen", by: "manager", path: to("/api/coop/ledger/periods/2026-09/reopen"), body: body(object{"reason": "ada yang tertinggal"})},
		{route: inPayroll + "instalments/{id}/approve", by: "checker", path: at("/api/coop/payroll/instalments/{}/approve", "plan"), keep: keyIs("made plan")},
		{route: inPayroll + "instalments/{id}/refuse", by: "checker", path: at("/api/coop/payroll/instalments/{}/refuse", "other plan"), body: body(object{"reason": "belum perlu"})},
		{route: runs + "draft", by: "maker", path: to(run + "draft")},
	},
	{{route: inPayroll + "instalments/{id}/return", by: "checker", path: at("/api/coop/payroll/instalments/{}/return", "made plan"), body: body(object{"reason": "kipasnya rusak"})}},
	{{route: "POST /api/coop/me/objections", by: "member", body: body(object{"period": "2026-11", "code": "hardship", "text": "berat bulan ini"}), keep: keyIs("objection")}},
	{{route: "POST /api/coop/me/objections/{id}/photo", by: "member", path: at("/api/coop/me/objections/{}/photo", "objection"), file: upload("struk.png", pixel, nil)}},
	{
		{route: inPayroll + "objections/{id}/answer", by: "maker", path: at("/api/coop/payroll/objections/{}/answer", "objection"), body: body(object{"decision": "explain", "text": "sudah dicek"})},
		{route: runs + "early", by: "manager", path: to(run + "early"), body: body(object{"reason": "kantor gaji tutup lebih awal"})},
	},
	{
		{route: inPayroll + "objections/{id}/erase", by: "manager", path: at("/api/coop/payroll/objections/{}/erase", "objection")},
		{route: inStore + "sales", by: "cashier", body: sale("", "cash", offline)},
		{route: inTreasury + "banks/{bank}/unmatch", by: "maker", path: to("/api/coop/treasury/banks/1/unmatch"), body: body(object{"match": 1})},
		{route: drafts + "/{draft}/submit", by: "maker", path: at(one+"/submit", "draft"), body: step("draft"), keep: draftIs("draft")},
		{route: drafts + "/{draft}/remove", by: "maker", path: at(one+"/remove", "withdrawn draft"), body: step("withdrawn draft"), loose: true},
		{route: runs + "lock", by: "maker", path: to(run + "lock")},
	},
	{
		{route: inTreasury + "banks/{bank}/voids", by: "maker", path: to("/api/coop/treasury/banks/1/voids"), body: func(d *drilling) any { return object{"statement": json.Number(d.of("statement"))} }},
		{route: "POST /api/coop/applications/approve", by: "manager", body: func(d *drilling) any {
			return object{"applications": []json.Number{numberOfMember(d, "Yuni's application")}}
		}},
		{route: "POST /api/coop/applications/{application}/refuse", by: "manager", path: at("/api/coop/applications/{}/refuse", "Umi's application"), body: body(object{"reason": "masih magang"})},
		{route: inStore + "shifts/{shift}/late-cash", by: "maker", path: at("/api/coop/store/shifts/{}/late-cash", "shift"), body: body(object{"counted_rupiah": 12_000})},
		{route: drafts + "/{draft}/approve", by: "checker", path: at(one+"/approve", "draft"), body: step("draft"), keep: draftIs("draft")},
		{route: runs + "export", by: "checker", path: to(run + "export")},
	},
	{
		{route: "POST /api/coop/savings/deposits", by: "maker", body: func(d *drilling) any {
			return object{"member": numberOfMember(d, "number of Yuni"), "kind": "principal", "amount_rupiah": 100_000}
		}},
		{route: "POST /api/coop/me/mandate", by: "number of Yuni", body: body(object{"max_rupiah": 800_000, "signature": signature("Yuni Lestari")})},
		{route: "POST /api/coop/ledger/entries/{id}/reverse", by: "maker", path: at("/api/coop/ledger/entries/{}/reverse", "draft's entry"), body: body(object{"date": "2026-11-03", "reason": "salah akun"})},
		{route: runs + "answer", by: "maker", path: to(run + "answer"), loose: true, body: func(d *drilling) any {
			return object{"lines": []object{{"member": numberOfMember(d, "rani"), "deducted_rupiah": 90_000, "reason": "other"}, {"member": 9999, "deducted_rupiah": 5_000}}}
		}},
	},
	{{route: "POST /api/coop/me/mandate/revoke", by: "number of Yuni"},
		{route: "POST /api/coop/members/{number}/kind", by: "manager", path: at("/api/coop/members/{}/kind", "number of Yuni"), body: body(object{"kind": "extraordinary"})},
		{route: runs + "unmatched/{unmatched}", by: "maker", path: to(run + "unmatched/1"), body: body(object{"reason": "salah alamat"})},
		{route: "POST /api/coop/payroll/layouts", by: "maker", body: body(object{"layout": object{"format": "csv", "separator": "comma", "sheets": "one", "amounts": "plain", "header": true,
			"columns": []object{{"field": "member", "title": "No"}, {"field": "total", "title": "Jumlah"}}}})}},
	{{route: runs + "settle", by: "checker", path: to(run + "settle"), body: body(object{"close_unanswered": true})}, {inside: "ledger.verify", loose: true},
		{route: "POST /api/coop/me/leave", by: "member", body: body(object{"reason": "resigned"})}},
	{{route: runs + "corrections", by: "maker", path: to(run + "corrections"), body: corrected(80_000), keep: fieldIs("correction", "correction")}},
	{{route: runs + "corrections/{correction}/approve", by: "checker", path: at(run+"corrections/{}/approve", "correction")}},
	{{route: runs + "corrections", by: "maker", path: to(run + "corrections"), body: corrected(70_000), keep: fieldIs("other correction", "correction")}},
	{{route: runs + "corrections/{correction}/refuse", by: "checker", path: at(run+"corrections/{}/refuse", "other correction"), body: body(object{"reason": "salah berkas"})}},
	{
		{route: runs + "receive", by: "maker", path: to(run + "receive"), body: body(object{"unit": "-", "amount_rupiah": 81_000, "over": true})},
		{route: inStore + "shifts", by: "cashier", body: body(object{"float_rupiah": 100_000}), keep: keyIs("late shift")},
	},
	{
		{route: runs + "resolve", by: "maker", path: to(run + "resolve"), body: body(object{"unit": "-", "kind": "returned", "amount_rupiah": 400, "reason": "kelebihan"})},
		{route: inTreasury + "till-payments", by: "cashier", body: func(d *drilling) any {
			return object{"shift": d.of("late shift"), "member": numberOfMember(d, "rani"), "bill": "2026-11", "into": "cash", "amount_rupiah": 1_000}
		}},
	},
	{{route: runs + "resolutions/{resolution}/refuse", by: "checker", path: to(run + "resolutions/1/refuse"), body: body(object{"reason": "kurang"})}},
	{{route: runs + "resolve", by: "maker", path: to(run + "resolve"), body: body(object{"unit": "-", "kind": "returned", "amount_rupiah": 1_000, "reason": "kelebihan"})}},
	{{route: runs + "resolutions/{resolution}/approve", by: "checker", path: to(run + "resolutions/2/approve")}, {inside: "ledger.rebuild", loose: true}, {route: "POST /api/coop/me/leave/withdraw", by: "member"}},
	{
		{route: "POST /api/coop/members/{number}/leave", by: "manager", path: at("/api/coop/members/{}/leave", "sari"), body: body(object{"reason": "retired"})},
		{route: "POST /api/coop/me/leave", by: "member", body: body(object{"reason": "moved"})},
		{route: "POST /api/coop/me/leave", by: "number of Yuni", body: body(object{"reason": "resigned"})},
	},
	{
		{route: "POST /api/coop/members/{number}/leave/refuse", by: "manager", path: at("/api/coop/members/{}/leave/refuse", "rani"), body: body(object{"reason": "masih ada potongan"})},
		{route: "POST /api/coop/members/{number}/leave", by: "manager", path: at("/api/coop/members/{}/leave", "number of Yuni"), body: body(object{"reason": "resigned", "note": "ke rekening sendiri"}), keep: fieldIs("Yuni's due", "payable_rupiah")},
		{route: inTreasury + "write-offs", by: "maker", keep: keyIs("write-off"), body: func(d *drilling) any {
			return object{"member": numberOfMember(d, "sari"), "category": "expensecat00001", "reason": "pindah tanpa kabar"}
		}},
	},
	{
		{route: inTreasury + "requests/{id}/approve", by: "checker", path: at("/api/coop/treasury/requests/{}/approve", "write-off")},
		{route: inTreasury + "payments", by: "maker", body: func(d *drilling) any {
			return object{"kind": "leaver", "from": "cash", "to": d.of("number of Yuni"), "amount_rupiah": numberOfMember(d, "Yuni's due"), "voucher": d.of("Yuni's receipt")}
		}},
	},
	{{inside: "member.erase"}},
	{{inside: "treasury.erase_voucher"}},
}
