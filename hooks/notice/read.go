package notice

import (
	"context"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
)

// View is a notice as its member reads it.
type View struct {
	ID      int64         `json:"id"`
	Kind    Kind          `json:"kind"`
	At      string        `json:"at"`
	Subject string        `json:"subject"`
	Amount  *money.Rupiah `json:"amount_rupiah"`
	Rest    *money.Rupiah `json:"rest_rupiah"`
	Unread  bool          `json:"unread"`
	Device  *Device       `json:"device,omitempty"` // that somebody logged in with
}

// Device is what people call a browser and its system; what is not known is empty.
type Device struct {
	Browser string `json:"browser"`
	System  string `json:"system"`
}

// List is a page, newest first, with what may come by e-mail.
type List struct {
	Notices []View `json:"notices"`
	Unread  int64  `json:"unread"`
	Next    int64  `json:"next"`
	Mail    Mail   `json:"mail"`
}

// Mail is where notices also go.
type Mail struct {
	Possible bool    `json:"possible"` // the co-op has a mail server
	Address  string  `json:"address"`  // the member's own, or empty
	Verified bool    `json:"verified"` // the member has shown that it is theirs
	Topics   []Topic `json:"topics"`
}

// Topic is one choice; the last is not the member's to make.
type Topic struct {
	Topic string `json:"topic"`
	Mail  bool   `json:"mail"`
	Fixed bool   `json:"fixed"`
}

// theirs are the notices of a member (1): their own, and those of the months on whose list they are.
const theirs = `(n.member = ?1 OR n.member = 0 AND EXISTS(SELECT 1 FROM payroll_lines l WHERE l.period = n.subject AND l.member = ?1))`

// mostUnread is as far as unread notices are counted: a badge says "99+".
const mostUnread = 100

// Unread counts what a member has not read, as far as mostUnread.
func Unread(r act.Reader, number int64) (n int64, err error) {
	return n, r.Row(`SELECT count(*) FROM (SELECT 1 FROM notices n WHERE n.member IN (?1, 0) AND n.id > (SELECT coalesce(max(upto), 0) FROM notice_reads WHERE member = ?1) AND `+theirs+` LIMIT ?2)`,
		number, mostUnread).Scan(&n)
}

// ListOf reads a page of a member's notices before an id (0: the newest).
func ListOf(r act.Reader, number, before, limit int64) (page List, err error) {
	page.Notices = []View{}
	if before == 0 {
		before = 1<<53 - 1
	}
	if page.Unread, err = Unread(r, number); err != nil {
		return page, err
	}
	err = act.Each(r, `SELECT n.id, n.kind, a.at, n.subject, n.amount, n.rest, n.id > (SELECT coalesce(max(upto), 0) FROM notice_reads WHERE member = ?1), coalesce(d.browser, ''), coalesce(d.system, '')
		FROM notices n JOIN acts a ON a.id = n.act LEFT JOIN known_devices d ON d.act = n.act AND n.kind = 'device_new'
		WHERE n.member IN (?1, 0) AND n.id < ?2 AND `+theirs+` ORDER BY n.id DESC LIMIT ?3`, []any{number, before, limit + 1}, func(row act.Scanner) error {
		var v View
		var d Device
		var at int64
		err := row.Scan(&v.ID, &v.Kind, &at, &v.Subject, &v.Amount, &v.Rest, &v.Unread, &d.Browser, &d.System)
		v.At = time.UnixMilli(at).UTC().Format(time.RFC3339)
		if d != (Device{}) {
			v.Device = &d
		}
		page.Notices = append(page.Notices, v)
		return err
	})
	if int64(len(page.Notices)) > limit {
		page.Notices = page.Notices[:limit]
		page.Next = page.Notices[limit-1].ID
	}
	return page, err
}

func mailOf(app core.App, number int64) (m Mail, err error) {
	r := act.Read(app)
	m.Possible = app.Settings().SMTP.Enabled
	if err := r.Row("SELECT email, verified FROM members WHERE number = ?", number).Scan(&m.Address, &m.Verified); err != nil {
		return m, err
	}
	for _, topic := range Topics {
		t := Topic{topic, true, topic == TopicSecurity}
		if !t.Fixed {
			if t.Mail, err = wanted(r, number, topic); err != nil {
				return m, err
			}
		}
		m.Topics = append(m.Topics, t)
	}
	return m, nil
}

// wanted says whether a member has a topic by e-mail: until they say no, yes.
func wanted(r act.Reader, number int64, topic string) (yes bool, err error) {
	return yes, r.Row("SELECT coalesce((SELECT mail FROM notice_choices WHERE member = ? AND topic = ? ORDER BY act DESC LIMIT 1), 1) = 1", number, topic).Scan(&yes)
}

// Read says up to which notice a member has read.
type Read struct {
	Upto int64 `json:"upto"`
}

// Marked tells what is left unread.
type Marked struct {
	Unread int64 `json:"unread"`
}

// MarkRead notes that a member has seen everything up to a notice. It goes forwards only.
func MarkRead(ctx context.Context, app core.App, key string, by act.Actor, in Read) (Marked, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "notice.read", Key: key, By: by, Input: in}, func(tx *act.Tx) (Marked, error) {
		var last, newest int64
		if err := tx.Row("SELECT coalesce((SELECT max(upto) FROM notice_reads WHERE member = ?), 0), coalesce((SELECT max(id) FROM notices), 0)", by.Number).Scan(&last, &newest); err != nil {
			return Marked{}, err
		}
		if in.Upto < 1 || in.Upto > newest {
			var problems fault.Input
			problems.Add("upto", "notice.upto")
			return Marked{}, problems.Err()
		}
		if in.Upto > last {
			if err := tx.Exec("INSERT INTO notice_reads(act, member, upto) VALUES(?, ?, ?)", tx.ID(), by.Number, in.Upto); err != nil {
				return Marked{}, err
			}
			Tell(tx, app, by.Number, "notice", "") // the member's other devices
		}
		left, err := Unread(tx, by.Number)
		return Marked{left}, err
	})
}

// Choice says whether a topic comes by e-mail.
type Choice struct {
	Topic string `json:"topic"`
	Mail  bool   `json:"mail"`
}

// Choose keeps a member's choice. What keeps the member safe always comes.
func Choose(ctx context.Context, app core.App, key string, by act.Actor, in Choice) (Choice, bool, error) {
	var problems fault.Input
	problems.Check(slices.Contains(Topics, in.Topic), "topic", "notice.topic_unknown")
	problems.Check(in.Topic != TopicSecurity, "topic", "notice.topic_fixed")
	if err := problems.Err(); err != nil {
		return in, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "notice.choose", Key: key, By: by, Input: in}, func(tx *act.Tx) (Choice, error) {
		yes, err := wanted(tx, by.Number, in.Topic)
		if err != nil || yes == in.Mail {
			return in, err
		}
		return in, tx.Exec("INSERT INTO notice_choices(act, member, topic, mail) VALUES(?, ?, ?, ?)", tx.ID(), by.Number, in.Topic, in.Mail)
	})
}

// Routes are the member's own.
func Routes() []web.Route {
	return []web.Route{
		web.Get("/api/coop/me/notices", web.Members, "What the caller was told, newest first, and what also comes by e-mail.", func(c *web.Call) (List, error) {
			before, err := c.Number("before")
			if err != nil {
				return List{}, err
			}
			limit, err := c.Limit(40, 200)
			if err != nil {
				return List{}, err
			}
			page, err := ListOf(act.Read(c.App), c.By.Number, before, limit)
			if err == nil {
				page.Mail, err = mailOf(c.App, c.By.Number)
			}
			return page, err
		}),
		web.Post("/api/coop/me/notices/read", web.Members, "Notes that everything up to a notice was read.", func(c *web.Call, key string, in Read) (Marked, bool, error) {
			return MarkRead(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Post("/api/coop/me/notices/mail", web.Members, "Says whether a topic also comes by e-mail.", func(c *web.Call, key string, in Choice) (Choice, bool, error) {
			return Choose(c.Request.Context(), c.App, key, c.By, in)
		}),
	}
}
