package notice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
)

// Notices go out by e-mail after their act, beside the writer: in their order, each at least once, and tried again at
// the cron's beat until it has failed mailTries times. What is too old to be news is not sent.
const (
	postKey    = "kpdk.post"
	postEvery  = "*/5 * * * *"
	mailTries  = 6
	mailAge    = 48 * time.Hour
	mailBatch  = 200              // letters at a time
	mailWindow = 20_000           // notices looked through at a time, most of them of members without an address
	mailTime   = 30 * time.Second // for one letter
)

// post rings when there may be letters to carry out. Only a server has one; a command leaves them to it.
type post struct{ bell chan struct{} }

func postOf(app core.App) *post {
	p, _ := app.Store().Get(postKey).(*post)
	return p
}

// wake asks for a round, unless one is asked for already.
func wake(app core.App) {
	if p := postOf(app); p != nil {
		select {
		case p.bell <- struct{}{}:
		default:
		}
	}
}

// Carry lets a server that starts send notices by e-mail until it ends.
func Carry(app core.App) error {
	ctx, stop := context.WithCancel(context.Background())
	p := &post{make(chan struct{}, 1)}
	app.Store().Set(postKey, p)
	var rounds sync.WaitGroup
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		stop()
		rounds.Wait()
		return e.Next()
	})
	rounds.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-p.bell:
				if _, err := Post(ctx, app); err != nil && ctx.Err() == nil {
					app.Logger().Error("notices could not be sent by e-mail", "error", err)
				}
			}
		}
	})
	wake(app) // what was left when the last server ended
	return app.Cron().Add("kpdk.post", postEvery, func() { wake(app) })
}

// due is a notice that may go out.
type due struct {
	id, member, at int64
	tries          int
	kind           Kind
	subject        string
	amount, rest   *int64
	device         Device
	before         string // the address that was the member's before what this tells of
}

// Post sends what waits and tells how many letters went out. What the mail server refuses waits for a later round.
func Post(ctx context.Context, app core.App) (sent int, err error) {
	if !app.Settings().SMTP.Enabled {
		return 0, nil
	}
	p := app.Store().GetOrSet("kpdk.posting", func() any { return &sync.Mutex{} }).(*sync.Mutex)
	p.Lock()
	defer p.Unlock()
	for ctx.Err() == nil {
		batch, upto, err := waiting(app)
		if err != nil {
			return sent, err
		}
		if len(batch) == 0 && upto == 0 { // nobody waits for a letter of their own
			n, more, err := round(ctx, app)
			if sent += n; err != nil || !more {
				return sent, err
			}
		}
		for _, d := range batch {
			if ctx.Err() != nil {
				return sent, nil
			}
			state, err := d.send(ctx, app)
			if err != nil {
				return sent, err
			}
			if state == "sent" {
				sent++
			}
		}
		if upto > 0 {
			if err := noteMail(app, upto, "skipped", 0, 0); err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}

// waiting are the letters that failed and whose time has come, and then the notices after the last one looked at whose
// members have an address that is theirs. Upto is how far that looked.
func waiting(app core.App) (all []due, upto int64, err error) {
	const columns = "SELECT n.id, n.member, n.kind, n.subject, n.amount, n.rest, a.at, %s, coalesce(d.browser, ''), coalesce(d.system, ''), coalesce(b.email, '') FROM %s JOIN acts a ON a.id = n.act LEFT JOIN known_devices d ON d.act = n.act AND n.kind = 'device_new' LEFT JOIN notice_addresses b ON b.notice = n.id WHERE %s ORDER BY n.id LIMIT ?"
	r := act.Read(app)
	read := func(query string, args ...any) error {
		return act.Each(r, query, append(args, mailBatch), func(row act.Scanner) error {
			var d due
			err := row.Scan(&d.id, &d.member, &d.kind, &d.subject, &d.amount, &d.rest, &d.at, &d.tries, &d.device.Browser, &d.device.System, &d.before)
			all = append(all, d)
			return err
		})
	}
	if err := read(fmt.Sprintf(columns, "m.tries", "notice_mails m JOIN notices n ON n.id = m.notice", "m.state = 'waiting' AND m.next_at <= ?"), clock.Of(app).Now().UnixMilli()); err != nil {
		return nil, 0, err
	}
	again := len(all)
	var from int64
	if err := r.Row("SELECT coalesce(max(notice), 0) FROM notice_mails").Scan(&from); err != nil {
		return nil, 0, err
	}
	if err := r.Row("SELECT coalesce(max(id), 0) FROM (SELECT id FROM notices WHERE mail = 1 AND member > 0 AND id > ? ORDER BY id LIMIT ?)", from, mailWindow).Scan(&upto); err != nil || upto == 0 {
		return all, 0, err
	}
	if err := read(fmt.Sprintf(columns, "0", "notices n JOIN members w ON w.number = n.member", "n.mail = 1 AND n.id > ? AND n.id <= ? AND (w.email <> '' AND w.verified OR b.email IS NOT NULL)"), from, upto); err != nil {
		return nil, 0, err
	}
	if len(all)-again == mailBatch || len(all) > again && all[len(all)-1].id == upto {
		upto = 0 // the last letter says how far it is
	}
	return all, upto, nil
}

// reader is whom a letter is for.
type reader struct {
	name, email, language string
	verified, wants       bool
	dead                  bool
}

// readerOf also says who died: nobody writes to a mailbox whose owner is dead, for whoever opens it now.
func readerOf(r act.Reader, number int64, topic string) (who reader, err error) {
	if err := r.Row("SELECT name, email, language, verified, EXISTS(SELECT 1 FROM leavings WHERE member = ?1 AND reason = 'deceased') FROM members WHERE number = ?1", number).Scan(&who.name, &who.email, &who.language, &who.verified, &who.dead); err != nil {
		return who, err
	}
	if !slices.Contains(words.Languages, who.language) {
		who.language = words.Languages[0]
	}
	who.wants = true
	if topic != TopicSecurity {
		who.wants, err = wanted(r, number, topic)
	}
	return who, err
}

// send carries one letter out and notes what became of it. A crash between the two sends it again.
func (d due) send(ctx context.Context, app core.App) (state string, err error) {
	state, next, tries, err := d.carry(ctx, app)
	if err != nil || state == "" {
		return "", err
	}
	if err := noteMail(app, d.id, state, tries, next); err != nil || d.before == "" || state == "waiting" {
		return state, err
	}
	_, err = app.NonconcurrentDB().NewQuery("DELETE FROM notice_addresses WHERE notice = {:notice}").Bind(dbx.Params{"notice": d.id}).Execute()
	return state, err
}

// carry writes a letter and hands it over; the state is empty where the server ends meanwhile: the next one sends it.
func (d due) carry(ctx context.Context, app core.App) (state string, next int64, tries int, err error) {
	now := clock.Of(app).Now()
	who, err := readerOf(act.Read(app), d.member, traits[d.kind].topic)
	if errors.Is(err, sql.ErrNoRows) { // an applicant who was erased
		return "skipped", 0, d.tries, nil
	}
	if err != nil {
		return "", 0, d.tries, err
	}
	to := d.addresses(who)
	if len(to) == 0 || now.Sub(time.UnixMilli(d.at)) >= mailAge {
		return "skipped", 0, d.tries, nil
	}
	refused := deliver(ctx, app, who, d, to)
	if refused == nil {
		return "sent", 0, d.tries, nil
	}
	if ctx.Err() != nil {
		return "", 0, d.tries, nil
	}
	tries = d.tries + 1
	said := refused.Error()
	for _, address := range to { // servers repeat the address
		said = strings.ReplaceAll(said, address, "…")
	}
	app.Logger().Warn("a notice was not taken by the mail server", "notice", d.id, "tries", tries, "error", said)
	if tries >= mailTries {
		return "given_up", 0, tries, nil
	}
	return "waiting", nextTry(now, tries), tries, nil
}

// nextTry is when a letter that was not taken goes out again (UTC ms): the longer it failed, the later.
func nextTry(now time.Time, tries int) int64 {
	return now.Add(time.Duration(tries*tries) * 5 * time.Minute).UnixMilli()
}

// addresses are where a letter goes: to the member's own, once somebody showed that it is theirs (else it may be
// another's), and to the one of before.
func (d due) addresses(who reader) (to []string) {
	if who.dead {
		return nil
	}
	if who.email != "" && who.verified && who.wants {
		to = append(to, who.email)
	}
	if d.before != "" && !slices.Contains(to, d.before) {
		to = append(to, d.before)
	}
	return to
}

// noteMail keeps how far the mail of a notice has come: no act, as nobody accounts for it.
func noteMail(app core.App, id int64, state string, tries int, next int64) error {
	_, err := app.NonconcurrentDB().NewQuery(`INSERT INTO notice_mails(notice, state, tries, next_at) VALUES({:notice}, {:state}, {:tries}, {:next})
		ON CONFLICT(notice) DO UPDATE SET state = excluded.state, tries = excluded.tries, next_at = excluded.next_at`).
		Bind(dbx.Params{"notice": id, "state": state, "tries": tries, "next": next}).Execute()
	return err
}

// deliver writes the letter and hands it over; a server that doesn't answer in time has refused it.
func deliver(ctx context.Context, app core.App, who reader, d due, to []string) error {
	letter := d.letter(app, who)
	page, text, err := letter.Parts(act.Read(app))
	if err != nil {
		return err
	}
	meta := app.Settings().Meta
	done := make(chan error, 1)
	go func() {
		var failed []error
		for _, address := range to { // one letter each: neither reads the other's
			failed = append(failed, app.NewMailClient().Send(&mailer.Message{From: mail.Address{Name: meta.SenderName, Address: meta.SenderAddress},
				To: []mail.Address{{Name: who.name, Address: address}}, Subject: letter.Subject, HTML: page, Text: text}))
		}
		done <- errors.Join(failed...)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(mailTime):
		return errors.New("notice: the mail server does not answer")
	}
}

// letter says what the notice says on the screen: the matter in the subject, without amounts, which lie open in many
// a mailbox; the one amount that it is about in the text.
func (d due) letter(app core.App, who reader) Letter {
	params := map[string]any{"subject": d.subject, "amount": rupiah(d.amount), "rest": rupiah(d.rest), "name": who.name}
	months := strings.Fields(words.Say(who.language, "show.months", nil))
	if month, err := time.Parse("2006-01", d.subject); err == nil {
		params["month"] = months[month.Month()-1] + month.Format(" 2006")
	}
	if day, err := time.Parse(time.DateOnly, d.subject); err == nil {
		params["date"] = day.Format("2 ") + months[day.Month()-1] + day.Format(" 2006")
	}
	switch {
	case d.device.Browser != "" && d.device.System != "":
		params["device"] = words.Say(who.language, "common.device_name", map[string]any{"browser": d.device.Browser, "system": d.device.System})
	case d.device != (Device{}):
		params["device"] = d.device.Browser + d.device.System
	default:
		params["device"] = words.Say(who.language, "common.device_unknown", nil)
	}
	say := func(key string) string { return words.Say(who.language, key, params) }
	foot := "mail.notice_foot"
	if traits[d.kind].topic == TopicSecurity {
		foot = "mail.notice_foot_security"
	}
	link := memberApp(app, "/pemberitahuan")
	if d.kind == HasLeft { // whoever left has no way into the app
		foot, link = "mail.notice_foot_left", ""
	}
	at := time.UnixMilli(d.at).In(clock.Of(app).Zone())
	params["at"] = at.Format("02/01/2006 15:04")
	title := say("member.notice_" + string(d.kind))
	return Letter{Subject: title, Hello: say("mail.hello"), Title: title, Lines: []string{say("member.notice_" + string(d.kind) + "_text" + d.variant()), say("mail.notice_at")},
		Link: link, Follow: say("mail.notice_open"), Foot: say(foot)}
}

// variant is the text for when nothing is paid out, or nothing is left.
func (d due) variant() (text string) {
	if d.kind == HasLeft && d.amount != nil && *d.amount == 0 {
		text = "_unpaid"
	}
	if d.rest != nil && *d.rest == 0 {
		text += "_none"
	}
	return text
}

func rupiah(amount *int64) string {
	if amount == nil {
		return ""
	}
	return money.Rupiah(*amount).String()
}
