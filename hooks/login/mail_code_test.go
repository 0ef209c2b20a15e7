package login_test

import (
	"bufio"
	"fmt"
	"mime/quotedprintable"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"
)

// postbox is a mail server that takes every letter.
type postbox struct {
	net.Listener
	letters chan string
}

func newPostbox(t *testing.T) *postbox {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	box := &postbox{listener, make(chan string, 20)}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go box.take(connection)
		}
	}()
	return box
}

// take speaks as much SMTP as a sender needs.
func (b *postbox) take(c net.Conn) {
	defer c.Close()
	lines := bufio.NewReader(c)
	fmt.Fprint(c, "220 postbox\r\n")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch {
		case strings.HasPrefix(line, "DATA"):
			fmt.Fprint(c, "354 go on\r\n")
			var letter strings.Builder
			for line, err = lines.ReadString('\n'); err == nil && line != ".\r\n"; line, err = lines.ReadString('\n') {
				letter.WriteString(line)
			}
			b.letters <- letter.String()
			fmt.Fprint(c, "250 taken\r\n")
		case strings.HasPrefix(line, "QUIT"):
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 yes\r\n")
		}
	}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// letter waits for the next one and gives its plain text and the code in it.
func (b *postbox) letter(t *testing.T) (text, code string) {
	t.Helper()
	select {
	case raw := <-b.letters:
		plain := new(strings.Builder)
		_, _ = bufio.NewReader(quotedprintable.NewReader(strings.NewReader(raw))).WriteTo(plain) // a letter has other parts too
		_, body, _ := strings.Cut(plain.String(), "\r\n\r\n")
		return plain.String(), sixDigits.FindString(body)
	case <-time.After(20 * time.Second):
		t.Fatal("no letter came")
		return "", ""
	}
}

// withMail sets up mail as a manager does in the dashboard.
func withMail(t *testing.T, o *office) *postbox {
	box := newPostbox(t)
	settings := o.Settings()
	settings.SMTP.Enabled, settings.SMTP.Host, settings.SMTP.Port = true, "127.0.0.1", box.Addr().(*net.TCPAddr).Port
	settings.Meta.SenderAddress = "koperasi@contoh.id"
	if err := o.Save(settings); err != nil {
		t.Fatal(err)
	}
	// The test app would keep letters to itself; the real way is the one the settings name.
	o.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		e.Mailer = &mailer.SMTPClient{Host: settings.SMTP.Host, Port: settings.SMTP.Port}
		return e.Next()
	})
	return box
}

func (o *office) withAddress(name, email string) (*core.Record, string) {
	o.t.Helper()
	who, number := o.somebody(name)
	who.SetEmail(email)
	if err := o.UnsafeWithoutHooks().SaveNoValidate(who); err != nil {
		o.t.Fatal(err)
	}
	return who, number
}

func (o *office) request(email string) answer {
	o.t.Helper()
	return o.ask("POST", "/api/collections/members/request-otp", "", phone, map[string]any{"email": email})
}

func (o *office) comeIn(id any, code, held string) answer {
	o.t.Helper()
	return o.ask("POST", "/api/collections/members/auth-with-otp", held, phone, map[string]any{"otpId": id, "password": code})
}

func TestWithoutMailNoCodeIsOffered(t *testing.T) {
	o := serve(t)
	o.withAddress("Sari", "sari@contoh.id")
	for _, email := range []string{"sari@contoh.id", "siapa@contoh.id"} {
		o.expect(o.request(email), 403, "auth.no_mail")
	}
	if o.ask("GET", "/api/coop/info", "", phone, nil).body["mail_codes"] != false {
		t.Error("the login page would offer it")
	}
}

func TestACodeByMailLetsAMemberIn(t *testing.T) {
	o := serve(t)
	box := withMail(t, o)
	_, number := o.withAddress("Sari", "sari@contoh.id")
	if o.ask("GET", "/api/coop/info", "", phone, nil).body["mail_codes"] != true {
		t.Error("the login page offers it")
	}
	asked := o.request("SARI@contoh.id")
	text, code := box.letter(t)
	for _, part := range []string{"To: sari@contoh.id", "koperasi@contoh.id", "Kode masukmu: " + code, "Halo Sari"} {
		if !strings.Contains(text, part) {
			t.Errorf("the letter says no %q:\n%s", part, text)
		}
	}
	in := o.comeIn(asked.body["otpId"], code, "")
	if in.status != 200 {
		t.Fatalf("%d %s", in.status, in.raw)
	}
	token := in.body["token"].(string)
	if all := o.devices(token); len(all) != 1 || all[0]["current"] != true {
		t.Errorf("%v", all)
	}
	if a := o.comeIn(asked.body["otpId"], code, ""); a.status != 400 {
		t.Errorf("a second time: %d", a.status)
	}
	o.logIn("members", number, secret, desk, "") // the password stays what it was
	if !o.alive(token) {
		t.Error("and so does the session")
	}
	again := o.request("sari@contoh.id")
	_, code = box.letter(t)
	if proved := o.comeIn(again.body["otpId"], code, token); proved.status != 200 || len(o.devices(token)) != 2 {
		t.Errorf("a code proves who is here, on the same device: %d %s", proved.status, proved.raw)
	}
}

// The address of a member and anybody else's sound the same, in asking, in guessing and in resting.
func TestACodeByMailTellsNobodyWhoIsAMember(t *testing.T) {
	o := serve(t)
	withMail(t, o)
	o.withAddress("Sari", "sari@contoh.id")
	left, _ := o.withAddress("Lia", "lia@contoh.id")
	left.Set("status", "left")
	if err := o.UnsafeWithoutHooks().SaveNoValidate(left); err != nil {
		t.Fatal(err)
	}
	heard := map[string]string{}
	for _, email := range []string{"sari@contoh.id", "lia@contoh.id", "siapa@contoh.id"} {
		var ids []any
		for range 4 {
			a := o.request(email)
			heard[email] += fmt.Sprintln(a.status, a.code(), len(a.body))
			if id := a.body["otpId"]; id != nil {
				ids = append(ids, id)
				heard[email] += fmt.Sprintln(len(id.(string)))
			}
		}
		for i := range 7 { // spread over several codes
			a := o.comeIn(ids[i%len(ids)], "000000", "")
			heard[email] += fmt.Sprintln(a.status, a.code(), a.body["message"])
		}
	}
	for email, all := range heard {
		if all != heard["sari@contoh.id"] || strings.Count(all, "429") != 3 {
			t.Errorf("%s hears\n%s\nand sari hears\n%s", email, all, heard["sari@contoh.id"])
		}
	}
	if a := o.comeIn("unknown", "000000", ""); a.status != 400 {
		t.Errorf("an id that never was: %d %s", a.status, a.raw)
	}
}

func TestOfTwoWhoUseACodeByMailAtOnceOneWins(t *testing.T) {
	o := serve(t)
	box := withMail(t, o)
	o.withAddress("Sari", "sari@contoh.id")
	asked := o.request("sari@contoh.id")
	_, code := box.letter(t)
	var people sync.WaitGroup
	statuses := make(chan int, 4)
	for range 4 {
		people.Go(func() { statuses <- o.comeIn(asked.body["otpId"], code, "").status })
	}
	people.Wait()
	close(statuses)
	won := 0
	for status := range statuses {
		if status == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d came in", won)
	}
}
