package act

import (
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"reflect"
	"strings"
	"time"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// connection is the writer's own on SQLite, beside those that the driver opens: one goroutine uses it at a time,
// so SQLite needs no locks for it, and a statement costs no copies of names, arguments and results
// (docs/decisions/0018-own-binding.md). It gives SQLite's values and errors as the driver does.
type connection struct {
	tls  *libc.TLS
	db   uintptr
	room uintptr // for the texts and blobs that a statement is given, while it runs
	used int
}

const (
	roomSize = 4096
	// Of lookaside SQLite takes what it allocates while a statement runs, at a tenth of the price of malloc. Its
	// default, 40, is too little for triggers within triggers.
	lookasideSize, lookasideCount = 1200, 200
)

// connect opens a database that exists; options are pragmas.
func connect(path string, options []string) (*connection, error) {
	c := &connection{tls: libc.NewTLS()}
	err := c.open(path)
	for i := 0; i < len(options) && err == nil; i++ {
		var s *statement
		if s, err = c.prepare("PRAGMA " + options[i]); err == nil {
			_, err = s.exec(nil)
			s.finalize()
		}
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *connection) open(path string) error {
	name, err := libc.CString(path)
	if err != nil {
		return err
	}
	defer libc.Xfree(c.tls, name)
	place := c.tls.Alloc(24) // a pointer, or three arguments
	defer c.tls.Free(24)
	rc := lib.Xsqlite3_open_v2(c.tls, name, place, lib.SQLITE_OPEN_READWRITE|lib.SQLITE_OPEN_NOMUTEX, 0)
	c.db = pointer(place) // also after an error
	if rc == lib.SQLITE_OK {
		rc = lib.Xsqlite3_db_config(c.tls, c.db, lib.SQLITE_DBCONFIG_LOOKASIDE,
			libc.VaList(place, uintptr(0), int32(lookasideSize), int32(lookasideCount)))
	}
	if rc == lib.SQLITE_OK {
		rc = lib.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	}
	if rc != lib.SQLITE_OK {
		return c.failure(rc)
	}
	if c.room = lib.Xsqlite3_malloc(c.tls, roomSize); c.room == 0 {
		return c.failure(lib.SQLITE_NOMEM)
	}
	return nil
}

// pointer reads what SQLite stored at a place.
func pointer(at uintptr) uintptr {
	if bits.UintSize == 32 {
		return uintptr(binary.NativeEndian.Uint32(libc.GoBytes(at, 4)))
	}
	return uintptr(binary.NativeEndian.Uint64(libc.GoBytes(at, 8)))
}

// failure is SQLite's error in the driver's words.
func (c *connection) failure(rc int32) error {
	text := libc.GoString(lib.Xsqlite3_errstr(c.tls, rc))
	if c.db != 0 {
		if more := libc.GoString(lib.Xsqlite3_errmsg(c.tls, c.db)); more != text {
			text += ": " + more
		}
	}
	return fmt.Errorf("%s (%d)", text, rc)
}

// Close is called once, after the statements are finalized.
func (c *connection) Close() (err error) {
	lib.Xsqlite3_free(c.tls, c.room)
	if rc := lib.Xsqlite3_close_v2(c.tls, c.db); rc != lib.SQLITE_OK {
		err = c.failure(rc)
	}
	c.tls.Close()
	return err
}

// statement is a prepared one.
type statement struct {
	*connection
	handle uintptr
	places int32 // how many arguments it takes
}

func (c *connection) prepare(query string) (*statement, error) {
	text, err := libc.CString(query)
	if err != nil {
		return nil, err
	}
	defer libc.Xfree(c.tls, text)
	place := c.tls.Alloc(16)
	defer c.tls.Free(16)
	// Statements that stay take nothing of what lookaside has.
	rc := lib.Xsqlite3_prepare_v3(c.tls, c.db, text, int32(len(query)+1), lib.SQLITE_PREPARE_PERSISTENT, place, place+8)
	if rc != lib.SQLITE_OK {
		return nil, c.failure(rc)
	}
	s := &statement{connection: c, handle: pointer(place)}
	if rest := query[pointer(place+8)-text:]; s.handle == 0 || strings.TrimSpace(rest) != "" {
		s.finalize()
		return nil, errors.New("act: not one statement")
	}
	s.places = lib.Xsqlite3_bind_parameter_count(c.tls, s.handle)
	return s, nil
}

func (s *statement) finalize() { lib.Xsqlite3_finalize(s.tls, s.handle) }

// reset ends a run; after one that did not fail, it tells what ending it has found, as a broken foreign key.
func (s *statement) reset() error {
	if rc := lib.Xsqlite3_reset(s.tls, s.handle); rc != lib.SQLITE_OK {
		return s.failure(rc)
	}
	return nil
}

// exec runs a statement to its end and tells how many rows the last one that writes has touched.
func (s *statement) exec(args []any) (int64, error) {
	if err := s.bind(args, true); err != nil {
		return 0, err
	}
	rc := lib.Xsqlite3_step(s.tls, s.handle)
	for rc == lib.SQLITE_ROW {
		rc = lib.Xsqlite3_step(s.tls, s.handle)
	}
	if rc != lib.SQLITE_DONE {
		err := s.failure(rc)
		_ = s.reset() // says the same
		return 0, err
	}
	return int64(lib.Xsqlite3_changes(s.tls, s.db)), s.reset()
}

// first reads the first row.
func (s *statement) first(args, dest []any) error {
	if n := lib.Xsqlite3_column_count(s.tls, s.handle); int(n) != len(dest) {
		return fmt.Errorf("act: %d columns into %d places", n, len(dest))
	}
	err := s.bind(args, true)
	if err != nil {
		return err
	}
	switch rc := lib.Xsqlite3_step(s.tls, s.handle); rc {
	case lib.SQLITE_ROW:
		for i := range dest {
			if err == nil {
				err = s.read(int32(i), dest[i])
			}
		}
	case lib.SQLITE_DONE:
		err = sql.ErrNoRows
	default:
		err = s.failure(rc)
	}
	if ended := s.reset(); err == nil {
		err = ended
	}
	return err
}

// read puts a column into a place.
func (s *statement) read(column int32, dest any) error {
	var err error
	if v, ok := s.integer(column); ok {
		err = assignInteger(dest, v)
	} else {
		err = assign(dest, s.value(column))
	}
	if err != nil {
		return fmt.Errorf("act: column %d: %w", column+1, err)
	}
	return nil
}

func (s *statement) integer(column int32) (v int64, ok bool) {
	if lib.Xsqlite3_column_type(s.tls, s.handle, column) != lib.SQLITE_INTEGER {
		return 0, false
	}
	return lib.Xsqlite3_column_int64(s.tls, s.handle, column), true
}

// value is a column of the row that was stepped to, copied.
func (s *statement) value(column int32) driver.Value {
	switch lib.Xsqlite3_column_type(s.tls, s.handle, column) {
	case lib.SQLITE_INTEGER:
		return lib.Xsqlite3_column_int64(s.tls, s.handle, column)
	case lib.SQLITE_FLOAT:
		return lib.Xsqlite3_column_double(s.tls, s.handle, column)
	case lib.SQLITE_TEXT:
		at := lib.Xsqlite3_column_text(s.tls, s.handle, column)
		return string(libc.GoBytes(at, int(lib.Xsqlite3_column_bytes(s.tls, s.handle, column))))
	case lib.SQLITE_BLOB:
		at := lib.Xsqlite3_column_blob(s.tls, s.handle, column)
		return append([]byte(nil), libc.GoBytes(at, int(lib.Xsqlite3_column_bytes(s.tls, s.handle, column)))...)
	default:
		return nil
	}
}

// bind gives a statement its arguments. Texts and blobs of one that runs to its end before any other lie in the
// connection's room and are not copied again; a list's are.
func (s *statement) bind(args []any, atOnce bool) error {
	if len(args) < int(s.places) {
		return fmt.Errorf("missing argument with index %d", len(args)+1)
	}
	s.used = 0
	if !atOnce {
		s.used = roomSize
	}
	for i := range s.places {
		if err := s.bindOne(i+1, args[i]); err != nil {
			return fmt.Errorf("act: argument %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *statement) bindOne(i int32, arg any) error {
	rc := int32(lib.SQLITE_OK)
	switch v := arg.(type) {
	case int64:
		rc = lib.Xsqlite3_bind_int64(s.tls, s.handle, i, v)
	case int:
		rc = lib.Xsqlite3_bind_int64(s.tls, s.handle, i, int64(v))
	case string:
		at, after := lay(s.connection, v)
		rc = lib.Xsqlite3_bind_text(s.tls, s.handle, i, at, int32(len(v)), after)
		s.lift(at, after)
	case []byte:
		if v == nil {
			rc = lib.Xsqlite3_bind_null(s.tls, s.handle, i)
			break
		}
		at, after := lay(s.connection, v)
		rc = lib.Xsqlite3_bind_blob(s.tls, s.handle, i, at, int32(len(v)), after)
		s.lift(at, after)
	case nil:
		rc = lib.Xsqlite3_bind_null(s.tls, s.handle, i)
	case float64:
		rc = lib.Xsqlite3_bind_double(s.tls, s.handle, i, v)
	case bool:
		n := int64(0)
		if v {
			n = 1
		}
		rc = lib.Xsqlite3_bind_int64(s.tls, s.handle, i, n)
	default:
		return s.bindKind(i, arg)
	}
	if rc != lib.SQLITE_OK {
		return s.failure(rc)
	}
	return nil
}

// bindKind binds what is money, a date, a pointer and the like, as database/sql would.
func (s *statement) bindKind(i int32, arg any) error {
	if _, ok := arg.(driver.Valuer); !ok {
		if v := reflect.ValueOf(arg); v.CanInt() {
			if rc := lib.Xsqlite3_bind_int64(s.tls, s.handle, i, v.Int()); rc != lib.SQLITE_OK {
				return s.failure(rc)
			}
			return nil
		}
	}
	value, err := driver.DefaultParameterConverter.ConvertValue(arg)
	if err != nil {
		return err
	}
	if _, ok := value.(time.Time); ok {
		return errors.New("a time has no form in the books; give its number or text")
	}
	return s.bindOne(i, value)
}

// lay puts bytes where SQLite can read them, and gives what SQLite is told to do with them: to leave them in the
// room, or to copy them.
func lay[T string | []byte](c *connection, v T) (at, after uintptr) {
	if n := len(v); c.used+n <= roomSize {
		at = c.room + uintptr(c.used)
		c.used += n
		copy(libc.GoBytes(at, n), v)
		return at, 0 // SQLITE_STATIC
	}
	if at = lib.Xsqlite3_malloc(c.tls, int32(len(v)+1)); at != 0 {
		copy(libc.GoBytes(at, len(v)), v)
	}
	return at, lib.SQLITE_TRANSIENT
}

// lift frees what SQLite has copied.
func (c *connection) lift(at, after uintptr) {
	if after == lib.SQLITE_TRANSIENT {
		lib.Xsqlite3_free(c.tls, at)
	}
}
