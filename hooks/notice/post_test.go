package notice_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/logger"
	"github.com/pocketbase/pocketbase/tools/mailer"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/notice"
)

// postbox is a mail server on loopback. It takes every letter, but for as many as it is told to refuse.
type postbox struct {
	net.Listener
	letters chan letter
	refuse  atomic.Int64
}

// letter is what arrived, taken apart.
type letter struct{ to, subject, text, page string }

func newPostbox(t *testing.T, app *testapp.App) *postbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box := &postbox{Listener: listener, letters: make(chan letter, 100)}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go box.serve(t, c)
		}
	}()
	settings := app.Settings()
	settings.SMTP.Enabled, settings.SMTP.Host, settings.SMTP.Port = true, "127.0.0.1", listener.Addr().(*net.TCPAddr).Port
	settings.Meta.AppURL, settings.Meta.SenderName, settings.Meta.SenderAddress = "https://koperasi.contoh.id", "Koperasi Contoh", "kabar@koperasi.contoh.id"
	if err := app.Save(settings); err != nil {
		t.Fatal(err)
	}
	// The test app would keep letters to itself; the real way is the one the settings name.
	app.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		e.Mailer = &mailer.SMTPClient{Host: settings.SMTP.Host, Port: settings.SMTP.Port}
		return e.Next()
	})
	return box
}

// serve speaks as much SMTP (RFC 5321) as a sender needs.
func (b *postbox) serve(t *testing.T, c net.Conn) {
	defer c.Close()
	conn := textproto.NewConn(c)
	to := ""
	say := func(format string, args ...any) { _ = conn.PrintfLine(format, args...) }
	say("220 postbox")
	for {
		line, err := conn.ReadLine()
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(line); {
		case strings.HasPrefix(verb, "RCPT TO:"):
			to = strings.Trim(line[len("RCPT TO:"):], "<> ")
			if b.refuse.Add(-1) >= 0 {
				say("451 <%s> come back later", to)
				continue
			}
			say("250 yes")
		case verb == "DATA":
			say("354 go on")
			raw, err := io.ReadAll(conn.DotReader())
			if err != nil {
				return
			}
			b.letters <- open(t, to, string(raw))
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 yes")
		}
	}
}

func open(t *testing.T, to, raw string) letter {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Error(err)
		return letter{}
	}
	l := letter{to: to}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Error(err)
	}
	l.read(t, m.Header.Get("Content-Type"), m.Body)
	return l
}

func (l *letter) read(t *testing.T, kind string, body io.Reader) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Error(err)
		return
	}
	for parts := multipart.NewReader(body, params["boundary"]); strings.HasPrefix(media, "multipart/"); {
		part, err := parts.NextRawPart()
		if err != nil {
			return
		}
		inner := part.Header.Get("Content-Type")
		if strings.HasPrefix(inner, "multipart/") {
			l.read(t, inner, part)
			continue
		}
		text, err := io.ReadAll(quotedprintable.NewReader(bufio.NewReader(part)))
		if err != nil {
			t.Error(err)
		}
		if strings.HasPrefix(inner, "text/plain") {
			l.text = string(text)
		} else {
			l.page = string(text)
		}
	}
}

// next waits for a letter.
func (b *postbox) next(t *testing.T) letter {
	t.Helper()
	select {
	case l := <-b.letters:
		return l
	case <-time.After(20 * time.Second):
		t.Fatal("no letter came")
		return letter{}
	}
}

// reader makes a member with an address.
func reader(app *testapp.App, name, email string, verified bool) *core.Record {
	r := app.Member(name)
	r.SetEmail(email)
	r.SetVerified(verified)
	if err := app.UnsafeWithoutHooks().SaveNoValidate(r); err != nil {
		app.T.Fatal(err)
	}
	return r
}

// crowd makes members with addresses from a00@contoh.id on.
func crowd(app *testapp.App, n int) (people []*core.Record) {
	for i := range n {
		people = append(people, reader(app, fmt.Sprint("Anggota ", i), fmt.Sprintf("a%02d@contoh.id", i), true))
	}
	return people
}

// told lays a notice before a member in an act of its own.
func told(app *testapp.App, who *core.Record, kind notice.Kind, amount, rest money.Rupiah) {
	app.T.Helper()
	app.Act("test.notice", func(tx *act.Tx) error {
		subject := map[notice.Kind]string{notice.HasLeft: "2026-12-03", notice.CardNext: "2", notice.CardBlocked: "2"}[kind]
		return notice.News(tx, app, notice.Notice{Member: int64(who.GetInt("number")), Kind: kind, Subject: cmp.Or(subject, "2026-11"), Amount: amount, Rest: rest})
	})
}

func states(t *testing.T, app core.App) (all string) {
	t.Helper()
	err := act.Each(act.Read(app), "SELECT state, tries, count(*) FROM notice_mails GROUP BY state, tries ORDER BY 1, 2", nil, func(row act.Scanner) error {
		var state string
		var tries, n int
		err := row.Scan(&state, &tries, &n)
		all += fmt.Sprintf("%s/%d:%d ", state, tries, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(all)
}

func post(t *testing.T, app core.App) int {
	t.Helper()
	n, err := notice.Post(context.Background(), app)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Letters go to whoever has shown the address to be theirs and wants them; what keeps a member safe always comes.
func TestALetterGoesToWhoWantsIt(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	rani, budi := reader(app, "Rani Prameswari", "rani@contoh.id", true), reader(app, "Budi Hening", "budi@contoh.id", true)
	sari, tono := reader(app, "Sari", "sari@contoh.id", false), app.Member("Tono")
	if _, _, err := notice.Choose(context.Background(), app, "choose-budi", testapp.By(budi), notice.Choice{Topic: notice.TopicPayroll}); err != nil {
		t.Fatal(err)
	}
	if err := notice.Carry(app); err != nil { // as a server does; what follows is not asked for by anybody
		t.Fatal(err)
	}
	for _, who := range []*core.Record{rani, budi, sari, tono} {
		told(app, who, notice.Deducted, 350_000, 100_000)
		told(app, who, notice.NewDevice, 0, 0)
	}
	got := map[string][]letter{}
	for range 3 {
		l := box.next(t)
		got[l.to] = append(got[l.to], l)
	}
	if n := post(t, app); n != 0 || len(box.letters) != 0 { // a round under way is waited for
		t.Errorf("%d letters more", n)
	}
	if len(got["rani@contoh.id"]) != 2 || len(got["budi@contoh.id"]) != 1 || got["budi@contoh.id"][0].subject != "Ada yang masuk dari perangkat baru" {
		t.Fatalf("%v", got)
	}
	first := got["rani@contoh.id"][0]
	if first.subject != "Potongan gaji November 2026 sudah dibukukan" || strings.ContainsAny(first.subject, "3") {
		t.Errorf("the subject is %q", first.subject)
	}
	for _, part := range []string{first.text, first.page} {
		for _, want := range []string{"Halo Rani Prameswari,", "Potongan gaji November 2026 sudah dibukukan", "Tercatat 03/11/2026 10:00.", "Rp 350.000", "Rp 100.000", "https://koperasi.contoh.id/anggota/#/pemberitahuan"} {
			if !strings.Contains(part, want) {
				t.Errorf("%q is missing in\n%s", want, part)
			}
		}
		if strings.Contains(part, "{") || strings.Contains(part, "Budi") {
			t.Errorf("the letter says\n%s", part)
		}
	}
	if !strings.Contains(first.page, `border-top:6px solid #F4B024`) || strings.Contains(first.text, "<") {
		t.Errorf("the parts are\n%s\n%s", first.page, first.text)
	}
}

// Every kind says what it has to say, in both languages, with something left and with nothing.
func TestEveryLetterIsWhole(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	rani, john := reader(app, "Rani", "rani@contoh.id", true), reader(app, "John", "john@contoh.id", true)
	john.Set("language", "en")
	if err := app.UnsafeWithoutHooks().SaveNoValidate(john); err != nil {
		t.Fatal(err)
	}
	letters := 0
	for _, kind := range notice.Kinds() {
		if slices.Contains([]notice.Kind{notice.Preview, notice.PhotoKept, notice.PhotoRemoved}, kind) { // to all on a list, or on the screen alone
			continue
		}
		for who, rest := range map[*core.Record]money.Rupiah{rani: 0, john: 25_000} {
			told(app, who, kind, 350_000, rest)
			letters++
		}
	}
	if n := post(t, app); n != letters {
		t.Errorf("%d letters, want %d", n, letters)
	}
	for range letters {
		l := box.next(t)
		for _, part := range []string{l.subject, l.text, l.page} {
			if strings.ContainsAny(part, "{}") || strings.Contains(part, "member.notice") || part == "" {
				t.Errorf("%s: %q\n%s", l.to, l.subject, part)
			}
		}
		if left := strings.Contains(l.subject, "Keanggotaan") || strings.Contains(l.subject, "membership is settled"); left == strings.Contains(l.text, "/anggota/") {
			t.Errorf("to whoever left (%v) the app is closed, to others it is open\n%s", left, l.text)
		}
		if english := strings.HasPrefix(l.text, "Hello"); english != (l.to == "john@contoh.id") {
			t.Errorf("%s reads\n%s", l.to, l.text)
		}
	}
}

// Whoever leaves with nothing to come is not told of a payment.
func TestALeaverWithoutMoneyIsToldOfNone(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	rani := reader(app, "Rani", "rani@contoh.id", true)
	for rest, want := range map[money.Rupiah]string{0: "tidak ada yang terutang", 25_000: "Masih terutang Rp 25.000."} {
		told(app, rani, notice.HasLeft, 0, rest)
		if post(t, app) != 1 {
			t.Fatal("no letter")
		}
		if l := box.next(t); !strings.Contains(l.text, want) || strings.Contains(l.text, "Rp 0") || strings.Contains(l.text, "paling lambat") {
			t.Errorf("with %d owed:\n%s", rest, l.text)
		}
	}
}

// Another address is told to the one of before as well, each by a letter of its own; nothing of it is kept after that.
func TestALetterGoesToTheAddressOfBefore(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	rani, budi := reader(app, "Rani", "maling@contoh.id", false), reader(app, "Budi", "budi@contoh.id", true)
	changed := func(who *core.Record, before string) {
		t.Helper()
		app.Act("test.notice", func(tx *act.Tx) error {
			return notice.News(tx, app, notice.Notice{Member: int64(who.GetInt("number")), Kind: notice.EmailChanged, Before: before})
		})
	}
	kept := func() (n int) {
		t.Helper()
		if err := act.Read(app).Row("SELECT count(*) FROM notice_addresses").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	changed(rani, "rani@contoh.id")
	changed(budi, "budi.lama@contoh.id")
	changed(rani, "") // nobody's was shown to be theirs: none to write to
	if n := post(t, app); n != 2 || kept() != 0 {
		t.Errorf("%d went out, %d addresses are kept", n, kept())
	}
	got := map[string]bool{}
	for range 3 {
		l := box.next(t)
		got[l.to] = true
		if !strings.Contains(l.subject, "mengubah alamat e-mailmu") || strings.Contains(l.text, "maling") {
			t.Errorf("%s\n%s", l.subject, l.text)
		}
	}
	if len(got) != 3 || !got["rani@contoh.id"] || !got["budi@contoh.id"] || !got["budi.lama@contoh.id"] || len(box.letters) != 0 {
		t.Errorf("letters to %v", got)
	}
	box.refuse.Store(1)
	changed(rani, "rani@contoh.id")
	if post(t, app) != 0 || kept() != 1 { // waits with its letter
		t.Errorf("%d addresses are kept", kept())
	}
	app.Act("test.erase", func(tx *act.Tx) error { return notice.EraseFor(tx, app, int64(rani.GetInt("number"))) })
	app.Travel(app.Now().Add(time.Hour))
	if post(t, app) != 0 || kept() != 0 || len(box.letters) != 0 {
		t.Error("a letter went to the address of somebody who was erased")
	}
}

// A preview goes out to everybody on the list who has an address and wants letters of the payroll, once, for as long as
// they can still object; letters to one person do not wait behind it.
func TestAPreviewGoesToAllOnTheList(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	people := crowd(app, 48)
	people[7].SetVerified(false)
	if err := app.UnsafeWithoutHooks().SaveNoValidate(people[7]); err != nil {
		t.Fatal(err)
	}
	if _, _, err := notice.Choose(context.Background(), app, "choose-three", testapp.By(people[3]), notice.Choice{Topic: notice.TopicPayroll}); err != nil {
		t.Fatal(err)
	}
	reader(app, "Tidak Terdaftar", "bukan@contoh.id", true)
	previewed(app, "2026-11-12", people...)
	told(app, people[40], notice.PinSet, 0, 0)
	if n := post(t, app); n != 47 { // one of them about the PIN
		t.Errorf("%d letters", n)
	}
	if first := box.next(t); first.to != "a40@contoh.id" || first.subject != "PIN kartumu diganti" {
		t.Errorf("the first is for %s: %s", first.to, first.subject)
	}
	got := map[string]int{}
	for range 46 {
		l := box.next(t)
		got[l.to]++
		if l.subject != "Daftar potongan Desember 2026 bisa dilihat" || strings.Contains(l.text, "Rp") {
			t.Errorf("%s reads %s\n%s", l.to, l.subject, l.text)
		}
	}
	if len(got) != 46 || got["a03@contoh.id"]+got["a07@contoh.id"]+got["bukan@contoh.id"] != 0 {
		t.Errorf("%d people: %v", len(got), got)
	}
	if n := post(t, app); n != 0 || len(box.letters) != 0 {
		t.Errorf("%d letters more", n)
	}
	app.Act("test.again", func(tx *act.Tx) error { return notice.KeepOnce(tx, app, notice.Preview, "2026-12") })
	if post(t, app) != 0 {
		t.Error("drafted anew, it goes out again")
	}
}

// A mail server that is away is asked again, and nobody is written to twice; after the day on which the preview ends
// nobody is.
func TestAPreviewWaitsForTheMailServer(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	people := crowd(app, 12)
	waits := func() (n, tried int) {
		t.Helper()
		if err := act.Read(app).Row("SELECT count(*), coalesce(max(tries), 0) FROM notice_round_waits").Scan(&n, &tried); err != nil {
			t.Fatal(err)
		}
		return n, tried
	}
	previewed(app, "2026-11-04", people...)
	box.refuse.Store(5)
	if n := post(t, app); n != 0 {
		t.Errorf("%d letters", n)
	}
	if n, tried := waits(); n != 5 || tried != 1 { // and then it stops asking
		t.Errorf("%d wait, tried %d times", n, tried)
	}
	if n := post(t, app); n != 7 { // the rest; those five have still to wait
		t.Errorf("%d letters at the next beat", n)
	}
	app.Travel(app.Now().Add(6 * time.Minute))
	box.refuse.Store(1)
	if n := post(t, app); n != 4 {
		t.Errorf("%d letters again", n)
	}
	if n, tried := waits(); n != 1 || tried != 2 {
		t.Errorf("%d wait, tried %d times", n, tried)
	}
	got := map[string]bool{}
	for range 11 {
		got[box.next(t).to] = true
	}
	if len(got) != 11 || len(box.letters) != 0 {
		t.Errorf("%d people got %d letters", len(got), 11+len(box.letters))
	}
	app.Travel(app.Now().AddDate(0, 0, 2)) // the list is locked by now
	if n := post(t, app); n != 0 || len(box.letters) != 0 {
		t.Errorf("%d letters of what is over", n)
	}
	if n, _ := waits(); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

// Nobody writes to the dead, whatever was laid before them, and when.
func TestNobodyWritesToTheDead(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	rani, budi := reader(app, "Rani", "rani@contoh.id", true), reader(app, "Budi", "budi@contoh.id", true)
	told(app, rani, notice.Deducted, 350_000, 0) // before anybody knew
	for who, reason := range map[*core.Record]string{rani: "deceased", budi: "retired"} {
		app.Act("test.left", func(tx *act.Tx) error {
			return tx.Exec("INSERT INTO leavings(member, reason, date, due_on, savings, debt, offset, waived, entry, act) VALUES(?, ?, '2026-11-03', '2026-12-03', 0, 0, 0, 0, NULL, ?)", who.GetInt("number"), reason, tx.ID())
		})
		told(app, who, notice.Corrected, 1_000, 0)
	}
	if n := post(t, app); n != 1 || box.next(t).to != "budi@contoh.id" || len(box.letters) != 0 {
		t.Errorf("%d went out", n)
	}
}

// What the mail server refuses is tried again, later each time, and given up in the end; nothing is sent twice.
func TestALetterThatIsRefusedIsTriedAgain(t *testing.T) {
	app := testapp.New(t)
	box := newPostbox(t, app)
	rani := reader(app, "Rani", "rani@contoh.id", true)
	told(app, rani, notice.PinSet, 0, 0)
	box.refuse.Store(2)
	app.Settings().Logs.MaxDays = 1
	if post(t, app) != 0 || states(t, app) != "waiting/1:1" {
		t.Errorf("after a refusal: %s", states(t, app))
	}
	if handler, ok := app.Logger().Handler().(*logger.BatchHandler); !ok || handler.WriteAll(context.Background()) != nil {
		t.Fatal("the log could not be written")
	}
	logs := []*core.Log{}
	if err := app.LogQuery().All(&logs); err != nil || !slices.ContainsFunc(logs, func(l *core.Log) bool { return strings.Contains(fmt.Sprint(l.Data), "come back later") }) {
		t.Errorf("the refusal is not in the log: %v", err)
	}
	for _, l := range logs {
		if text := l.Message + fmt.Sprint(l.Data); strings.Contains(text, "rani@") {
			t.Errorf("the log has an address: %s", text)
		}
	}
	if post(t, app) != 0 || states(t, app) != "waiting/1:1" { // not yet
		t.Errorf("tried too early: %s", states(t, app))
	}
	app.Travel(app.Now().Add(6 * time.Minute))
	if post(t, app) != 0 || states(t, app) != "waiting/2:1" {
		t.Errorf("after another: %s", states(t, app))
	}
	told(app, rani, notice.CardBlocked, 0, 0) // what comes later does not wait
	if post(t, app) != 1 || box.next(t).subject != "Kartu lama diblokir" {
		t.Errorf("the next one waits: %s", states(t, app))
	}
	app.Travel(app.Now().Add(time.Hour))
	if post(t, app) != 1 || box.next(t).subject != "PIN kartumu diganti" || states(t, app) != "sent/0:1 sent/2:1" {
		t.Errorf("it did not go out: %s", states(t, app))
	}
	box.refuse.Store(1000)
	told(app, rani, notice.PinSet, 0, 0)
	for range 10 {
		post(t, app)
		app.Travel(app.Now().Add(4 * time.Hour))
	}
	if states(t, app) != "given_up/6:1 sent/0:1 sent/2:1" {
		t.Errorf("in the end: %s", states(t, app))
	}
	box.refuse.Store(0)
	told(app, rani, notice.PinSet, 0, 0)
	app.Travel(app.Now().Add(72 * time.Hour)) // nobody ran a server for three days: it is no news any more
	if post(t, app) != 0 || len(box.letters) != 0 {
		t.Errorf("old news went out: %s", states(t, app))
	}
}

// Without a mail server nothing waits for one, and what happened before it was set is not sent when it is.
func TestWithoutAMailServerNothingWaits(t *testing.T) {
	app := testapp.New(t)
	rani := reader(app, "Rani", "rani@contoh.id", true)
	told(app, rani, notice.PinSet, 0, 0)
	if post(t, app) != 0 {
		t.Error("something went out")
	}
	box := newPostbox(t, app)
	if post(t, app) != 0 || len(box.letters) != 0 || states(t, app) != "" {
		t.Errorf("what was before went out: %s", states(t, app))
	}
}
