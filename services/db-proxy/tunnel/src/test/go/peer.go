// The other side of HashicorpYamuxTest: hashicorp's own implementation, as Debian has it.
//
//	peer server PORT          echoes every stream; at "goaway" on its standard input it goes away
//	peer client PORT N BYTES  opens N streams at once, sends BYTES on each and wants them back; pings
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"

	"github.com/hashicorp/yamux"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
}

func number(i int) int {
	n, err := strconv.Atoi(os.Args[i])
	must(err)
	return n
}

func main() {
	conn, err := net.Dial("tcp", "127.0.0.1:"+os.Args[2])
	must(err)
	if os.Args[1] == "server" {
		serve(conn)
	} else {
		ask(conn, number(3), number(4))
	}
}

func serve(conn net.Conn) {
	session, err := yamux.Server(conn, nil)
	must(err)
	go func() {
		line := make([]byte, 7)
		_, err := io.ReadFull(os.Stdin, line)
		if err == nil {
			must(session.GoAway())
		}
	}()
	for {
		stream, err := session.Accept()
		if err != nil {
			fmt.Println("OVER")
			return
		}
		go func() {
			io.Copy(stream, stream)
			stream.Close()
		}()
	}
}

func ask(conn net.Conn, streams int, size int) {
	session, err := yamux.Client(conn, nil)
	must(err)
	_, err = session.Ping()
	must(err)
	var all sync.WaitGroup
	for i := 0; i < streams; i++ {
		all.Add(1)
		go func(seed int) {
			defer all.Done()
			stream, err := session.Open()
			must(err)
			sent := bytes.Repeat([]byte{byte(seed), byte(seed * 7), 3}, size/3+1)[:size]
			go func() {
				_, err := stream.Write(sent)
				must(err)
			}()
			came := make([]byte, size)
			_, err = io.ReadFull(stream, came)
			must(err)
			if !bytes.Equal(sent, came) {
				must(fmt.Errorf("stream %d came back changed", seed))
			}
			must(stream.Close())
		}(i)
	}
	all.Wait()
	_, err = session.Ping()
	must(err)
	fmt.Println("DONE", session.NumStreams())
	session.Close()
}
